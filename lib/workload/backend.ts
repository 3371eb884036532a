import { type Field, thing } from '../input/shape';
import { deriveTiming, type Timing } from '../timing/timing';
import type { Traffic } from './network-policy';

/** What is known of a backend before it is made, and all that has to be known to judge what stands in front of it. */
export interface BackendFacts {
  /** The name of the workload. */
  readonly name: string;
  /** The port that clients reach. */
  readonly servingPort: number;
  readonly timing: Timing;
  /** Who is let in. */
  readonly traffic: Pick<Traffic, 'ingressFrom' | 'ingressFromNamespaces'>;
  /** How many addresses its nginx believes that proxies in front append to `X-Forwarded-For`; `undefined` without an nginx. */
  readonly addressesAppended: number | undefined;
}

/** What a load balancer can stand in front of: a `WebSocketServer`, a `WebSocketGateway` that stands in front of one itself, or an `ExistingServer` that somebody else makes. */
export interface WebSocketBackend extends BackendFacts {
  /** The labels that select its pods. */
  readonly selector: Readonly<Record<string, string>>;
}

/** Stands behind an entrance whose server cannot be used, so that the entrance is judged all the same: nothing can be said against it. */
const STAND_IN: BackendFacts = {
  name: 'stand-in',
  servingPort: 8080,
  timing: deriveTiming(),
  traffic: { ingressFrom: ['0.0.0.0/0'], ingressFromNamespaces: ['stand-in'] },
  addressesAppended: undefined,
};

/** A server among the properties of what stands in front of it. */
export const BACKEND_FIELD: Field = thing(
  isBackend,
  'a WebSocketServer, a WebSocketGateway in front of one, or an ExistingServer',
  STAND_IN,
);

function isBackend(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, servingPort, timing, traffic } = value as Partial<BackendFacts>;
  return (
    typeof name === 'string' &&
    typeof servingPort === 'number' &&
    typeof timing === 'object' &&
    Array.isArray(traffic?.ingressFrom) &&
    Array.isArray(traffic.ingressFromNamespaces)
  );
}
