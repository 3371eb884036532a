import { rmSync } from 'node:fs';
import { removeCgroups } from './cgroups';
import { FOLDER } from './folder';
import { until } from './processes';
import { endSandbox } from './sandbox';

/** Ends all that runs, and removes all that was made, but for the binary in the cache. */
export async function endCluster(): Promise<void> {
  await endSandbox();
  await until('the control groups are empty', 30, () => {
    try {
      removeCgroups();
      return true;
    } catch {
      return false;
    }
  });
  rmSync(FOLDER, { recursive: true, force: true });
}
