import { statSync } from 'node:fs';

/** The flag of the proxy and of `WebSocketServer`. */
export const DEFAULT_DRAIN_FLAG = '/tmp/drain';

/**
 * Whether the flag was raised in this life of the process: a file that is older was left behind by another one, and says nothing.
 *
 * The kubelet runs preStop before it restarts a container, too, and `/tmp` is a volume that outlives the container: whoever believes the
 * file alone is never ready again. It is left where it is, since in a folder that is shared it may be the flag of a neighbour that
 * drains; the hook's `touch` makes an old file young again. A folder of that name is somebody else's.
 *
 * @param bornAt when this life began, in milliseconds since the epoch
 */
export function isRaised(flag: string, bornAt: number = performance.timeOrigin): boolean {
  try {
    const found = statSync(flag, { throwIfNoEntry: false });
    return found?.isFile() === true && found.mtimeMs >= bornAt;
  } catch {
    // A path that cannot be looked up holds no flag; a probe that fails for it would keep the pod unready for good.
    return false;
  }
}
