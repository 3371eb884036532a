import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { load } from 'js-yaml';
import packageJson from '../../package.json';
import { holdfastIn } from './terminal';

const root = path.join(__dirname, '..', '..');
const read = (file: string) => load(fs.readFileSync(path.join(root, file), 'utf8'));

const holdfast = (...args: readonly string[]) => holdfastIn(root, ...args);

test('kubectl finds it as kubectl holdfast', () => {
  expect(packageJson.bin['kubectl-holdfast']).toBe(packageJson.bin.holdfast);
});

describe('holdfast completion', () => {
  /** What bash itself offers after these words. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const { out } = await holdfast('completion', 'bash');
    const program = `${out}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', program], { encoding: 'utf8', cwd: root }).trim().split('\n');
  }

  test('offers commands, options, and the values of options', async () => {
    expect(await offered('holdfast', 'ch')).toEqual(['check']);
    expect(await offered('holdfast', 'check', '--su')).toEqual(['--suggest', '--suppress', '--summary']);
    expect(await offered('holdfast', 'check', '--format', 's')).toEqual(['sarif']);
    expect(await offered('holdfast', 'check', 'package.j')).toEqual(['package.json']);
  });

  test('is there for zsh and fish, with every command', async () => {
    const commands = (await offered('holdfast', '')).join(' ');
    expect(commands).toMatch(/check.*explain.*init.*timing.*doctor/);
    expect((await holdfast('completion', 'zsh')).out).toContain('bashcompinit');
    const { out } = await holdfast('completion', 'fish');
    for (const command of commands.split(' ')) expect(out).toContain(`-a ${command} `);
  });

  test('fails for a shell that is not known', async () => {
    const { code, err } = await holdfast('completion', 'tcsh');
    expect(code).toBe(2);
    expect(err).toBe('shell: "tcsh" is unknown; give one of bash, zsh, fish\n');
  });
});

test('the hook of pre-commit judges all manifests together', () => {
  expect(read('.pre-commit-hooks.yaml')).toEqual([
    expect.objectContaining({ id: 'holdfast', entry: 'holdfast check', language: 'node', pass_filenames: false }),
  ]);
});

describe('the action', () => {
  interface Step {
    readonly id?: string;
    readonly uses?: string;
    readonly run?: string;
  }
  const { steps } = (read('action.yml') as { runs: { steps: readonly Step[] } }).runs;
  const script = (index: number) => String(steps[index]?.run);

  /** Runs its first step as a runner would, with this repository's command in the place of the registry's. */
  function check(paths: string) {
    const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-action-'));
    const npx = path.join(temp, 'npx');
    const main = path.join(root, 'lib', 'cli', 'main.ts');
    fs.writeFileSync(npx, `#!/bin/sh\nshift 2\nexec "${process.execPath}" --import tsx "${main}" "$@"\n`, {
      mode: 0o755,
    });
    const output = path.join(temp, 'output');
    const { status } = spawnSync('bash', ['-eo', 'pipefail', '-c', script(0)], {
      cwd: root,
      env: {
        ...process.env,
        PATH: `${temp}:${process.env.PATH}`,
        RUNNER_TEMP: temp,
        GITHUB_OUTPUT: output,
        PATHS: paths,
        VERSION: 'latest',
        FAIL_ON: 'warning',
      },
    });
    const said = Object.fromEntries(
      fs.existsSync(output)
        ? fs
            .readFileSync(output, 'utf8')
            .trim()
            .split('\n')
            .map((line) => line.split('='))
        : [],
    );
    const sarif = path.join(temp, 'holdfast.sarif');
    const findings = status === 0 ? JSON.parse(fs.readFileSync(sarif, 'utf8')).runs[0].results.length : undefined;
    fs.rmSync(temp, { recursive: true, force: true });
    return { status, code: said.code, findings };
  }

  test('writes SARIF and goes on to the upload where there are findings', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-found-'));
    const ingress =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: chat, namespace: chat }\nspec: { ingressClassName: gce, rules: [{ host: a.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: chat, port: { number: 80 } } } }] } }] }\n';
    fs.writeFileSync(path.join(folder, 'ingress.yaml'), ingress);
    const found = check(folder);
    expect(found).toMatchObject({ status: 0, code: '1' });
    expect(found.findings).toBeGreaterThan(0);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('stops where it could not look', () => {
    expect(check('/nowhere/at/all')).toMatchObject({ status: 2, code: '2' });
  });

  test('fails the job with the code of the check, after the upload', () => {
    expect(steps.map(({ uses }) => uses ?? 'run')).toEqual(['run', 'github/codeql-action/upload-sarif@v3', 'run']);
    expect(spawnSync('bash', ['-c', script(2)], { env: { CODE: '1' } }).status).toBe(1);
  });
});
