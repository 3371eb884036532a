import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { openCluster } from '../../lib/doctor';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-kept-'));
const program = path.join(folder, 'kubectl');

/** Says what kubectl says, and serves nothing for a minute; its process ids are written down. */
const KUBECTL = `#!/bin/sh
case "$*" in
  *config*) echo '{"current-context":"c","contexts":[{"name":"c","context":{}}]}' ;;
  *port-forward*) echo $$ > ${folder}/forward; echo 'Forwarding from 127.0.0.1:1 -> 80'; exec sleep 60 ;;
  *broken*) echo 'it is broken' >&2; exit 3 ;;
  *) echo $$ > ${folder}/proxy; echo 'Starting to serve on a socket'; exec sleep 60 ;;
esac
`;

beforeAll(() => fs.writeFileSync(program, KUBECTL, { mode: 0o755 }));

/** Of a program that said so. */
const pidOf = (name: string) => Number(fs.readFileSync(path.join(folder, name), 'utf8'));

/** A machine with much to do takes its time to start a program. */
const PATIENCE_MS = 60_000;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // What has ended and was not waited for by anybody is a zombie.
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function gone(...names: readonly string[]): Promise<boolean> {
  for (let tries = 0; tries < 200 && names.some((name) => alive(pidOf(name))); tries += 1)
    await new Promise((done) => setTimeout(done, 50));
  return !names.some((name) => alive(pidOf(name)));
}

afterAll(() => {
  for (const name of ['proxy', 'forward'].filter((one) => fs.existsSync(path.join(folder, one))))
    if (alive(pidOf(name))) process.kill(pidOf(name), 'SIGKILL');
  fs.rmSync(folder, { recursive: true });
});

/** Folders that the doctor has made and not removed. */
const left = () => fs.readdirSync(folder).filter((name) => name.startsWith('holdfast-doctor-'));

test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'a doctor that is ended by %s leaves no kubectl and no folder behind',
  async (signal) => {
    const script = `
    const { openCluster } = require(${JSON.stringify(path.join(__dirname, '..', '..', 'lib', 'doctor'))});
    openCluster({ program: ${JSON.stringify(program)}, signal: new AbortController().signal }).then(async (cluster) => {
      await cluster.forward('chat-0', [80]);
      console.log(require('node:fs').readdirSync(${JSON.stringify(folder)}).some((name) => name.startsWith('holdfast-doctor-')));
      process.kill(process.pid, '${signal}');
    });`;
    const doctor = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder },
    });
    let said = '';
    doctor.stdout.on('data', (part: Buffer) => {
      said += part.toString();
    });
    // And all that it said is read.
    const [, ended] = await once(doctor, 'close');
    expect({ ended, said }).toEqual({ ended: signal, said: 'true\n' });
    expect(await gone('proxy', 'forward')).toBe(true);
    for (let tries = 0; tries < 200 && left().length > 0; tries += 1) await new Promise((done) => setTimeout(done, 50));
    expect(left()).toEqual([]);
  },
  PATIENCE_MS,
);

test('a way that is closed ends its kubectl, and the cluster ends all of them', async () => {
  const cluster = await openCluster({ program, signal: new AbortController().signal });
  const { ports, close, error } = await cluster.forward('chat-0', [80]);
  expect({ ports: [...ports], error }).toEqual({ ports: [[80, 1]], error: '' });
  close();
  expect(await gone('forward')).toBe(true);
  expect(alive(pidOf('proxy'))).toBe(true);
  cluster.close();
  expect(await gone('proxy')).toBe(true);
});

test('what kubectl says when it cannot go on is still heard', async () => {
  const signal = new AbortController().signal;
  fs.writeFileSync(program, KUBECTL.replace('*broken*', '*proxy*'));
  await expect(openCluster({ program, signal })).rejects.toThrow('kubectl proxy did not start: it is broken');
  fs.writeFileSync(program, KUBECTL);
});
