import { type Problems, shown } from '../input/problems';

/**
 * What binds a client to its pod.
 *
 * - `cookie`: the balancer sets one; survives a change of network, needs a client that returns cookies.
 * - `clientAddress`: the balancer hashes the client's address; needs nothing from the client, but everybody behind one NAT shares a pod.
 * - `none`: right only where every client connects by WebSocket alone, without long-polling.
 *
 * @see https://socket.io/docs/v4/using-multiple-nodes/
 */
export type Affinity = 'cookie' | 'clientAddress' | 'none';

const AFFINITIES: readonly Affinity[] = ['cookie', 'clientAddress', 'none'];

/** Reads what binds a client to its pod. */
export function readAffinity(problems: Problems, affinity: Affinity = 'cookie'): Affinity {
  if (!AFFINITIES.includes(affinity))
    problems.add('affinity', `${shown(affinity)} is unknown; give one of ${AFFINITIES.join(', ')}`);
  return affinity;
}
