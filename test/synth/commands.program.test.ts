import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { tree } from './support';

let outdir: string;
beforeEach(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-'));
});
afterEach(() => {
  fs.rmSync(outdir, { recursive: true, force: true });
});

describe('the commands of the README', () => {
  const root = path.join(__dirname, '..', '..');
  const environment = { ...process.env, CDK8S_OUTDIR: '' };

  test('fails in words, without a stack trace, when something is wrong', () => {
    const file = path.join(outdir, 'file');
    fs.writeFileSync(file, '');
    const result = spawnSync(process.execPath, ['--import', 'tsx', 'stacks/cdk8s.ts'], {
      cwd: root,
      env: { ...environment, CDK8S_OUTDIR: file },
      encoding: 'utf8',
    });
    expect(result.status).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr.trim().split('\n')).toEqual([expect.stringContaining('cannot be used as an output folder')]);
  });

  // Node's own recursive mkdirSync never comes back there.
  test.each(['/proc/holdfast', '/proc/holdfast/manifests'])('fails in one sentence below %s, and soon', (folder) => {
    const result = spawnSync(process.execPath, ['--import', 'tsx', 'stacks/cdk8s.ts'], {
      cwd: root,
      env: { ...environment, CDK8S_OUTDIR: folder },
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([result.status, result.stdout]).toEqual([1, '']);
    expect(result.stderr.trim()).toMatch(
      /^\/proc\/\S+ cannot be used as an output folder: ENOENT: .*, mkdir '\/proc\/holdfast\S*'; choose another one$/,
    );
  });

  test('say in one line how many objects went into which folders', () => {
    const result = spawnSync(process.execPath, ['--import', 'tsx', 'stacks/cdk8s.ts'], {
      cwd: root,
      env: { ...environment, CDK8S_OUTDIR: outdir },
      encoding: 'utf8',
    });
    expect([result.status, result.stdout]).toEqual([0, '']);
    const said = fs
      .readdirSync(outdir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${fs.readdirSync(path.join(outdir, name)).length} objects in ${outdir}/${name}`);
    expect(said.length).toBeGreaterThan(1);
    expect(result.stderr.trim().split(', ').sort()).toEqual(said.sort());
  });

  test('`npm run synth` and `cdk8s synth` write the same bytes', () => {
    const ours = path.join(outdir, 'npm');
    const cli = path.join(outdir, 'cli');
    const program = ['--import', 'tsx', 'stacks/cdk8s.ts'];
    execFileSync(process.execPath, program, { cwd: root, env: { ...environment, CDK8S_OUTDIR: ours }, stdio: 'pipe' });
    execFileSync(
      path.join(root, 'node_modules', '.bin', 'cdk8s'),
      ['synth', '--app', `"${process.execPath}" ${program.join(' ')}`, '--output', cli, '--check-upgrade', 'false'],
      { cwd: root, env: environment, stdio: 'pipe' },
    );
    expect(tree(cli)).toEqual(tree(ours));
    expect(tree(ours).length).toBeGreaterThan(30);
    for (const file of tree(ours)) {
      expect(fs.readFileSync(path.join(cli, file), 'utf8')).toBe(fs.readFileSync(path.join(ours, file), 'utf8'));
    }
  });
});
