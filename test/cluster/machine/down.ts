import { existsSync, readdirSync, rmSync } from 'node:fs';
import { removeCgroups } from './cgroups';
import { FOLDER, inFolder, MARK } from './folder';
import { LOCK } from './lock';
import { until } from './processes';
import { endSandbox, INIT } from './sandbox';

/**
 * Ends all that runs, and removes all that was made, but for the binary in the cache.
 *
 * @throws where the folder has something, and nothing that a cluster begins with: it is somebody's
 */
export async function endCluster(): Promise<void> {
  if (existsSync(FOLDER) && readdirSync(FOLDER).length > 0 && ![MARK, INIT].some((name) => existsSync(inFolder(name))))
    throw new Error(
      `${FOLDER} is no folder of a cluster, which is emptied and removed: let HOLDFAST_CLUSTER name one that is not there yet`,
    );
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
  rmSync(`${LOCK}.suites`, { force: true });
}
