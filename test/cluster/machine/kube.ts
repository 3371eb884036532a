import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './folder';

const SOURCE = join(ROOT, 'test', 'cluster', 'node');

/** The version of Kubernetes, from the one place that says it. */
export function kubernetesVersion(): string {
  const [, version] = /k8s\.io\/kubernetes (v\S+)/.exec(readFileSync(join(SOURCE, 'go.mod'), 'utf8')) ?? [];
  if (version === undefined) throw new Error('go.mod requires no k8s.io/kubernetes');
  return version;
}

/** Every part of Kubernetes as one binary: from the cache, or built, which takes some minutes. */
export function buildKube(): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(SOURCE, file)));
  const binary = join(CACHE, `kube-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(binary)) return binary;
  mkdirSync(CACHE, { recursive: true });
  if (spawnSync('go', ['version']).status !== 0) {
    throw new Error('go is missing: the cluster is built from Go modules; install Go 1.24 or newer');
  }
  // Under another name first: whoever interrupts this leaves no half of a binary.
  const half = `${binary}.${process.pid}`;
  const version = `-X k8s.io/component-base/version.gitVersion=${kubernetesVersion()}`;
  execFileSync(
    'setpriv',
    // Two at a time: some of the packages need a gigabyte to compile.
    [
      '--pdeathsig=KILL',
      'nice',
      'go',
      'build',
      '-p',
      '2',
      '-trimpath',
      '-buildvcs=false',
      '-ldflags',
      `-s -w ${version}`,
      '-o',
      half,
      '.',
    ],
    { cwd: SOURCE, env: { ...process.env, CGO_ENABLED: '0' }, stdio: 'inherit' },
  );
  renameSync(half, binary);
  return binary;
}
