import { type FieldPath, textOf, valueAt } from '../../manifest/field';
import type { BalancerKind } from '../../timing/limits';
import { boundPoliciesOf, distributionOf, policyOf } from '../backend-binding';
import type { Controller } from '../entrance';
import { HTTP_ROUTE } from '../route';
import { googleHealthCheck } from './google-health-check';
import type { Dialect, Platform, SettingName } from './platform';
import { boundSettings } from './setting';

const PATHS: Readonly<Partial<Record<SettingName, FieldPath>>> = {
  timeout: ['spec', 'default', 'timeoutSec'],
  drain: ['spec', 'default', 'connectionDraining', 'drainingTimeoutSec'],
  affinityTtl: ['spec', 'default', 'sessionAffinity', 'cookieTtlSec'],
};
const AFFINITY: FieldPath = ['spec', 'default', 'sessionAffinity', 'type'];

/** GKE's Gateway controller: policies that target the Service. */
export const GATEWAY_POLICIES: Dialect = {
  reader: 'GKE’s Gateway controller',
  prefixes: [],
  kinds: ['GCPBackendPolicy', 'GCPTrafficDistributionPolicy'],
  healthCheckKinds: ['HealthCheckPolicy'],
  settings: (bundle, name, entrances) => boundSettings(name, PATHS[name], boundPoliciesOf(bundle, entrances)),
  affinity: (bundle, { service, controller }) => {
    const distribution = isManaged(controller) ? distributionOf(bundle, service) : undefined;
    const policy = valueAt(distribution, AFFINITY) === undefined ? policyOf(bundle, service) : distribution;
    if (policy === undefined) return undefined;
    const type = textOf(valueAt(policy, AFFINITY)) ?? 'NONE';
    return {
      bound: type !== 'NONE',
      object: policy,
      path: AFFINITY,
      words: type === 'NONE' ? 'no session affinity' : type,
      change: 'set sessionAffinity.type to GENERATED_COOKIE or CLIENT_IP',
      edits: [],
    };
  },
  healthChecks: (bundle) =>
    bundle.ofKind('HealthCheckPolicy').map((policy) =>
      googleHealthCheck(
        policy,
        ['spec', 'default'],
        ['httpHealthCheck', 'httpsHealthCheck', 'http2HealthCheck'].map((kind) => [
          'spec',
          'default',
          'config',
          kind,
          'requestPath',
        ]),
        5,
      ),
    ),
};

/**
 * Does a class take a GCPTrafficDistributionPolicy? The classic balancer has no policy within a locality.
 *
 * @see https://docs.cloud.google.com/load-balancing/docs/backend-service#load-balancing-policy
 */
export function isManaged(controller: Controller): boolean {
  return controller !== 'gke-l7-gxlb';
}

/** The balancers that GKE makes for a Gateway: one for each GatewayClass. */
export const GATEWAY_PLATFORMS = {
  'gke-l7-gxlb': gateway('gke-l7-gxlb'),
  'gke-l7-global-external-managed': gateway('gke-l7-global-external-managed'),
  'gke-l7-regional-external-managed': gateway('gke-l7-regional-external-managed'),
  'gke-l7-rilb': gateway('gke-l7-rilb'),
} satisfies Partial<Record<BalancerKind, Platform>>;

function gateway(kind: BalancerKind): Platform {
  return {
    kind,
    cloud: 'google',
    owns: { routes: [HTTP_ROUTE], classes: new RegExp(`^${kind}$`), classIn: 'field' },
    dialect: GATEWAY_POLICIES,
  };
}
