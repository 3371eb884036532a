import type { ApiObject } from 'cdk8s';
import type { Timing } from '../timing/timing';
import type { ServerNetworkPolicy, Traffic } from './network-policy';

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

/** What a load balancer can stand in front of: a `WebSocketServer`, or a `WebSocketGateway` that stands in front of one itself. */
export interface WebSocketBackend extends BackendFacts {
  /** The Deployment or StatefulSet. */
  readonly workload: ApiObject;
  /** The labels that select its pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly networkPolicy: ServerNetworkPolicy;
}
