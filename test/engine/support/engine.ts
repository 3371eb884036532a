import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const CLI = path.join(__dirname, '..', 'cli');

/** Pulumi's command line with its engine: from the cache, or built, which takes some minutes. */
export function buildEngine(): string {
  const binary = path.join(cache(hashOf(['go.mod', 'go.sum'].map((file) => path.join(CLI, file)))), 'pulumi');
  if (fs.existsSync(binary)) return binary;
  console.log('\nBuilding the engine of Pulumi, once; it is kept in %s', path.dirname(binary));
  const building = `${binary}.${process.pid}`;
  execFileSync('go', ['build', '-p', '2', '-o', building, 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi'], {
    cwd: CLI,
    stdio: 'inherit',
    env: { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', CGO_ENABLED: '0' },
  });
  fs.renameSync(building, binary);
  return binary;
}

/** A folder outside of the tree, for what `key` was made of. */
export function cache(key: string): string {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  const folder = path.join(base, 'holdfast-engine', key);
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

export function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(fs.readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
