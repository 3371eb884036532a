import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A folder that is gone afterwards. In memory where there is such a place, so that the programs are measured and not the disk. */
export function makeScratch() {
  const parent = process.env.TMPDIR ?? (writable('/dev/shm') ? '/dev/shm' : os.tmpdir());
  const scratch = fs.mkdtempSync(path.join(parent, 'holdfast-bench-'));
  const remove = () => fs.rmSync(scratch, { recursive: true, force: true });
  process.on('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  return scratch;
}

function writable(folder) {
  try {
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first path at which two trees of files differ, or undefined. */
export function firstDifference(left, right) {
  const files = (root) =>
    fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)));
  const names = new Set([...files(left), ...files(right)]);
  const text = (root, name) => {
    const file = path.join(root, name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  };
  return [...names].sort().find((name) => text(left, name) !== text(right, name));
}
