import { type Problems, shown } from '../../input/problems';
import type { BalancerKind } from '../../timing/limits';
import { FRONT_ENDS, PROXY_ONLY_SUBNET, type Reach } from '../reach';

/** The API group of Gateways and routes. */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** The classes of GKE's Gateway controller that this library writes for. */
export type GatewayClass = Extract<
  BalancerKind,
  'gke-l7-global-external-managed' | 'gke-l7-regional-external-managed' | 'gke-l7-rilb' | 'gke-l7-gxlb'
>;

/** What the classes differ in, apart from what their timeout means. */
interface ClassTraits {
  /** Runs on Envoy, and keeps affinity with a hash only. The classic one hashes by itself and knows no such setting. */
  readonly envoy: boolean;
  /** Takes a map of Certificate Manager. */
  readonly certificateMap: boolean;
  readonly reach: Reach;
}

export const GATEWAY_CLASSES: Readonly<Record<GatewayClass, ClassTraits>> = {
  'gke-l7-global-external-managed': { envoy: true, certificateMap: true, reach: FRONT_ENDS },
  'gke-l7-regional-external-managed': { envoy: true, certificateMap: false, reach: PROXY_ONLY_SUBNET },
  'gke-l7-rilb': { envoy: true, certificateMap: false, reach: PROXY_ONLY_SUBNET },
  'gke-l7-gxlb': { envoy: false, certificateMap: true, reach: FRONT_ENDS },
};

const DEFAULT_CLASS: GatewayClass = 'gke-l7-global-external-managed';

/** Reads the class. What one that is not known here means by its timeout is not known either; the rest is judged for the default. */
export function readGatewayClass(problems: Problems, value: GatewayClass = DEFAULT_CLASS): GatewayClass {
  if (Object.hasOwn(GATEWAY_CLASSES, value)) return value;
  problems.add(
    'gatewayClass',
    `${shown(value)} is not a class of GKE that is known here; give one of ${Object.keys(GATEWAY_CLASSES).join(', ')}`,
  );
  return DEFAULT_CLASS;
}
