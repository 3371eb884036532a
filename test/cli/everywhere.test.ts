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

describe('the hook of pre-commit', () => {
  interface Hook {
    readonly id: string;
    readonly entry: string;
    readonly language: string;
    readonly files: string;
    readonly pass_filenames: boolean;
    readonly additional_dependencies?: readonly string[];
  }
  const [ours, ...others] = read('.pre-commit-hooks.yaml') as readonly Hook[];
  const page = fs.readFileSync(path.join(root, 'docs', 'fitting-in.md'), 'utf8');
  const [, onThePage = ''] = /<!-- pre-commit -->\n```yaml\n(.*?)```/s.exec(page) ?? [];
  const local = (load(onThePage) as { repos: readonly { hooks: readonly Hook[] }[] }).repos[0]?.hooks[0];

  test('judges all manifests together, with a command of this package', () => {
    expect(others).toEqual([]);
    expect(ours).toMatchObject({ id: 'holdfast', entry: 'holdfast check', language: 'node', pass_filenames: false });
    expect(Object.keys(packageJson.bin)).toContain(ours?.entry.split(' ')[0]);
  });

  test('is the same on the page, from the registry', () => {
    const { entry, additional_dependencies: packages, ...rest } = local ?? ({} as Hook);
    expect(ours).toMatchObject(rest);
    expect([entry, packages]).toEqual([`${ours?.entry} k8s/`, [`holdfast@${packageJson.version}`]]);
  });

  test.each([
    ['k8s/chat.yaml', true],
    ['chart/values.yml', true],
    ['k8s/list.json', true],
    ['README.md', false],
    ['k8s/chat.yaml.bak', false],
    ['yaml', false],
  ])('a change of %s runs it: %s', (file, runs) => expect(new RegExp(String(ours?.files)).test(file)).toBe(runs));

  test('says what is found in its folders, and fails then', async () => {
    const [, ...args] = String(local?.entry).split(' ');
    const folder = path.join(root, 'examples', 'recipe');
    expect(await holdfastIn(folder, ...args)).toMatchObject({ code: 1, out: expect.stringMatching(/WS113/) });
  });

  /** What npm is called with where the package is prepared in `copy` for somebody who called it in `from`. */
  function prepared(copy: string, from: string): readonly string[] {
    const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-prepare-'));
    const calls = path.join(temp, 'calls');
    fs.writeFileSync(path.join(temp, 'npm'), `#!/bin/sh\necho "$@" >> "${calls}"\n`, { mode: 0o755 });
    const { status } = spawnSync(process.execPath, [path.join(root, 'scripts', 'prepare.mjs')], {
      cwd: copy,
      env: { ...process.env, PATH: `${temp}:${process.env.PATH}`, INIT_CWD: from },
    });
    const made = fs.existsSync(calls) ? fs.readFileSync(calls, 'utf8').trim().split('\n') : [];
    fs.rmSync(temp, { recursive: true, force: true });
    expect(status).toBe(0);
    return made;
  }

  test('gets a build of what is installed from git, and a checkout gets none', () => {
    expect(packageJson.scripts.prepare).toBe('node scripts/prepare.mjs');
    const copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-copy-')));
    const build = 'run build --global=false';
    expect(prepared(copy, copy)).toEqual([]);
    expect(prepared(copy, path.join(copy, 'docs'))).toEqual([]);
    // Into the global folder, where npm leaves the copy without what builds it.
    expect(prepared(copy, os.tmpdir())).toEqual(['ci --global=false --ignore-scripts --no-audit', build]);
    fs.mkdirSync(path.join(copy, 'node_modules', 'typescript'), { recursive: true });
    expect(prepared(copy, os.tmpdir())).toEqual([build]);
    fs.mkdirSync(path.join(copy, 'dist', 'lib', 'cli'), { recursive: true });
    fs.writeFileSync(path.join(copy, 'dist', 'lib', 'cli', 'main.js'), '');
    expect(prepared(copy, os.tmpdir())).toEqual([]);
    fs.rmSync(copy, { recursive: true, force: true });
  });
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
