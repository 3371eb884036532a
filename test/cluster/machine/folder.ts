import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Everything that the cluster writes on this machine; one place, so that two of them cannot run at once without knowing. */
export const FOLDER = resolve(process.env.HOLDFAST_CLUSTER || join(tmpdir(), 'holdfast-cluster'));

/** What stands in the folder from the beginning, and says that it may be removed. */
export const MARK = '.holdfast-cluster';

/** The binary, which outlives a cluster and a checkout. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'holdfast-cluster');

/** What `kubectl` needs to reach the cluster. */
export const KUBECONFIG = join(FOLDER, 'kubeconfig');

/** Which application the images are of, as `whatRan` says it. */
export const APPLICATION = 'application';

/** A path within the folder. */
export function inFolder(...parts: string[]): string {
  return join(FOLDER, ...parts);
}

/** The checkout. */
export const ROOT = join(__dirname, '..', '..', '..');
