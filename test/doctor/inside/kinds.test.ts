import { KINDS_TO_READ } from '../../../lib/doctor/inside/kinds';
import { JUDGED_KINDS } from '../../../lib/rules/judged-kinds';

/** What rules judge in files and the doctor does not ask a cluster for: docs/doctor.md says so. */
const IN_FILES_ONLY = [
  // Routes and policies that one controller reads alone.
  ...['IngressRoute', 'ServersTransport', 'VirtualService', 'DestinationRule', 'HTTPProxy', 'Route'],
  ...['KongIngress', 'KongUpstreamPolicy', 'BackendTrafficPolicy', 'ClientTrafficPolicy', 'GatewayClass'],
  ...['Middleware', 'GCPTrafficDistributionPolicy'],
  // Policies beside which nobody is told that a NetworkPolicy shuts a balancer out.
  ...[
    'CiliumNetworkPolicy',
    'CiliumClusterwideNetworkPolicy',
    'GlobalNetworkPolicy',
    'AdminNetworkPolicy',
    'ClusterNetworkPolicy',
  ],
  // What watches and scales.
  ...['PrometheusRule', 'ServiceMonitor', 'PodMonitor', 'PodMonitoring', 'Rules', 'ClusterRules', 'GlobalRules'],
  ...['AlertPolicy', 'ScaledObject'],
  // Workloads that hold no connections of a Deployment or StatefulSet, and their volumes.
  ...['DaemonSet', 'Job', 'CronJob', 'Rollout', 'AppDefinition', 'PersistentVolumeClaim'],
];

test('a kind that a rule judges is read in a cluster too, or is known not to be', () => {
  const read = new Set(KINDS_TO_READ.map(({ kind }) => kind));
  expect([...JUDGED_KINDS].filter((kind) => !read.has(kind)).sort()).toEqual([...IN_FILES_ONLY].sort());
});
