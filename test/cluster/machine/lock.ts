import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { FOLDER } from './folder';
import { recall, sleep, startOf } from './processes';

/** Beside the folder, which comes and goes. */
export const LOCK = `${FOLDER}.lock`;

/**
 * Waits until nobody else starts, ends or uses the cluster, and keeps it until `release` is called or this process ends.
 *
 * @param waiting hears once for whom it waits
 */
export async function lockCluster(waiting: (holder: string) => void): Promise<{ release(): void }> {
  const started = startOf(process.pid);
  const what = process.argv.slice(1).join(' ');
  for (let said = false; ; await sleep(500)) {
    try {
      writeFileSync(LOCK, JSON.stringify({ pid: process.pid, started, what }), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = recall(LOCK);
    if (holder === process.pid) break;
    // Whoever held it is gone.
    if (holder === undefined) rmSync(LOCK, { force: true });
    else if (!said) {
      waiting(
        `process ${holder} (${(JSON.parse(readFileSync(LOCK, 'utf8')) as { what?: string }).what}) uses the cluster; waiting for it`,
      );
      said = true;
    }
  }
  const release = () => {
    if (recall(LOCK) === process.pid) rmSync(LOCK, { force: true });
  };
  process.once('exit', release);
  return { release };
}
