import type { Manifest } from '../manifest/manifest';
import type { EntranceKind } from '../timing/limits';
import type { BackendReference, ServicePort } from './route';

/** Who takes a route, as far as the manifests show it; `other` for a controller that is not known here, or not told. */
export type Controller = EntranceKind | 'other';

/** One way of a connection from the balancer to a workload. Whether long connections come through it is another question: `evidence.ts`. */
export interface Entrance {
  readonly route: Manifest;
  readonly reference: BackendReference;
  readonly controller: Controller;
  readonly service: Manifest;
  /** The entry of the Service's ports, with its position. */
  readonly port: ServicePort | undefined;
  readonly workloads: readonly Manifest[];
}
