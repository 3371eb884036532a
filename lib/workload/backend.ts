import type { ApiObject } from 'cdk8s';
import type { Timing } from '../timing/timing';
import type { ServerNetworkPolicy } from './network-policy';

/** What a load balancer can stand in front of: a `WebSocketServer`, or a `WebSocketGateway` that stands in front of one itself. */
export interface WebSocketBackend {
  /** The Deployment or StatefulSet. */
  readonly workload: ApiObject;
  /** The labels that select its pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** The port that clients reach. */
  readonly servingPort: number;
  readonly timing: Timing;
  readonly networkPolicy: ServerNetworkPolicy;
  /** How many addresses its nginx believes that proxies in front append to `X-Forwarded-For`; `undefined` without an nginx. */
  readonly addressesAppended: number | undefined;
}
