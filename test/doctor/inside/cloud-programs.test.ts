import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { diagnose, render } from '../../../lib/doctor';
import { type Run, run } from '../../../lib/doctor/ask/program';
import { tookMs } from '../../standstill';
import { look } from './behind-balancer';

// A look and its programs take their time on a machine that does something else.
jest.setTimeout(60_000);

/** A program that is gone with its test, and hangs until then. */
const HANGS = 'exec sleep 60';

let bin: string;
beforeEach(() => {
  bin = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-cloud-'));
});
afterEach(() => fs.rmSync(bin, { recursive: true, force: true }));

/** Runs what is in our folder before anything of this machine. */
const ours: Run = (program, args, signal) =>
  run(program, args, signal, { ...process.env, PATH: `${bin}:${process.env.PATH}` });

/** Puts a program of ours in the place of a cloud's, and says how often it was started. */
function instead(program: string, script: string): () => number {
  const count = path.join(bin, 'count');
  fs.writeFileSync(count, '');
  fs.writeFileSync(path.join(bin, program), `#!/bin/sh\necho started >> ${count}\n${script}\n`, { mode: 0o755 });
  return () => fs.readFileSync(count, 'utf8').split('\n').length - 1;
}

const CLOUDS = [
  ['google', 'gcloud'],
  ['aws', 'aws'],
] as const;

const told = async (cloud: string): Promise<{ readonly why: readonly string[]; readonly text: string }> => {
  const diagnosis = diagnose(await look(cloud, ours));
  const balancer = diagnosis.notLooked.filter(({ what }) => /balancer|backend|certificate/.test(what));
  return { why: balancer.map(({ why }) => why), text: render(diagnosis, 'text') };
};

test.each(CLOUDS)(
  '%s: a program that hangs costs its time once, and is one sentence',
  async (cloud, program) => {
    const starts = instead(program, HANGS);
    const began = Date.now();
    const { why, text } = await told(cloud);
    expect(new Set(why)).toEqual(
      new Set([
        `${program} did not end while the doctor looked; run ${program} by hand, it may wait for somebody who logs in`,
      ]),
    );
    // Google is asked at both ends of the way at once.
    expect(starts()).toBeLessThanOrEqual(2);
    expect(tookMs(began)).toBeLessThan(30_000);
    expect(text).not.toMatch(/at .*\.ts:/);
  },
  60_000,
);

test.each([
  ['google', 'gcloud', 'echo welcome to the shell', '"welcome to the shell"', 'Google'],
  ['google', 'gcloud', 'printf "one\\ntwo\\n"', '"one\\ntwo"', 'Google'],
  ['aws', 'aws', 'printf "{\\"LoadBalancers\\": ["', '"{\\"LoadBalancers\\": ["', 'AWS'],
  ['aws', 'aws', 'head -c 30 /dev/zero', '', 'AWS'],
])('%s: %s that prints garbage (%s) is one sentence', async (cloud, program, script, begin, whose) => {
  instead(program, script);
  const { why } = await told(cloud);
  expect(new Set(why).size).toBe(1);
  expect(why[0]).toContain(`${program} printed no JSON, but ${begin}`);
  expect(why[0]).toContain(`is the ${program} in PATH the one of ${whose}?`);
});

test.each([
  [
    'google',
    'gcloud',
    'ERROR: (gcloud.compute.backend-services.list) You do not currently have an active account selected.\nPlease run:\n\n  $ gcloud auth login\n',
    'gcloud auth login',
  ],
  [
    'google',
    'gcloud',
    'ERROR: (gcloud.compute.forwarding-rules.list) There was a problem refreshing your current auth tokens: Reauthentication failed. cannot prompt during non-interactive execution.\n',
    'gcloud auth login',
  ],
  [
    'aws',
    'aws',
    '\nUnable to locate credentials. You can configure credentials by running "aws configure".\n',
    'aws configure, or aws sso login',
  ],
  [
    'aws',
    'aws',
    '\nError when retrieving token from sso: Token has expired and refresh failed\n',
    'aws configure, or aws sso login',
  ],
  [
    'aws',
    'aws',
    '\nAn error occurred (ExpiredToken) when calling the DescribeLoadBalancers operation: The security token included in the request is expired\n',
    'aws configure, or aws sso login',
  ],
])('%s: %s that is not logged in is one sentence', async (cloud, program, err, login) => {
  fs.writeFileSync(path.join(bin, 'err'), err);
  const starts = instead(program, `cat ${path.join(bin, 'err')} >&2; exit 1`);
  const { why } = await told(cloud);
  expect(new Set(why)).toEqual(new Set([`${program} is not logged in here: ${login}`]));
  expect(starts()).toBeLessThanOrEqual(2);
});
