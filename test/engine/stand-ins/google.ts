import type { Json } from './properties';

/** The field that names a resource, where the provider makes a name up when it is left out. */
export const NAMED_BY: Readonly<Record<string, string>> = {
  'gcp:compute/globalAddress:GlobalAddress': 'name',
  'gcp:compute/managedSslCertificate:ManagedSslCertificate': 'name',
  'gcp:compute/sSLPolicy:SSLPolicy': 'name',
  'gcp:compute/securityPolicy:SecurityPolicy': 'name',
  'gcp:container/cluster:Cluster': 'name',
  'gcp:container/nodePool:NodePool': 'name',
  'gcp:gkebackup/backupPlan:BackupPlan': 'name',
  'gcp:gkebackup/restorePlan:RestorePlan': 'name',
  'gcp:logging/metric:Metric': 'name',
  'gcp:redis/instance:Instance': 'name',
};

/** Fields that Google Cloud cannot change, of the resources that this library makes. */
export const REPLACED_BY: Readonly<Record<string, readonly string[]>> = {
  'gcp:compute/globalAddress:GlobalAddress': ['name', 'address', 'addressType', 'description', 'ipVersion'],
  'gcp:compute/managedSslCertificate:ManagedSslCertificate': ['name', 'managed', 'description'],
  'gcp:compute/sSLPolicy:SSLPolicy': ['name', 'description'],
  'gcp:compute/securityPolicy:SecurityPolicy': ['name', 'type'],
  'gcp:container/cluster:Cluster': [
    'name',
    'location',
    'network',
    'subnetwork',
    'networkingMode',
    'ipAllocationPolicy',
    'datapathProvider',
    'initialNodeCount',
  ],
  'gcp:container/nodePool:NodePool': [
    'name',
    'cluster',
    'location',
    'initialNodeCount',
    'nodeConfig.serviceAccount',
    'nodeConfig.oauthScopes',
    'nodeConfig.shieldedInstanceConfig',
  ],
  'gcp:dns/recordSet:RecordSet': ['name', 'managedZone'],
  'gcp:gkebackup/backupPlan:BackupPlan': ['name', 'cluster', 'location'],
  'gcp:gkebackup/restorePlan:RestorePlan': ['name', 'cluster', 'location', 'backupPlan'],
  'gcp:logging/metric:Metric': ['name'],
  'gcp:monitoring/customService:CustomService': ['serviceId'],
  'gcp:monitoring/slo:Slo': ['service', 'sloId'],
  'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig': ['monitoredResource'],
  'gcp:projects/iAMMember:IAMMember': ['project', 'role', 'member'],
  'gcp:redis/instance:Instance': ['name', 'reservedIpRange'],
  'gcp:serviceaccount/account:Account': ['accountId'],
};

/** Fields that Google Cloud fills in where they are left out; leaving one out changes nothing. */
export const FILLED_IN: Readonly<Record<string, readonly string[]>> = {
  'gcp:compute/globalAddress:GlobalAddress': ['address'],
};

/** The identity of a resource in its project, in the form that `pulumi import` takes. */
export function idOf(type: string, inputs: Json, project: string): string {
  const text = (field: string) => String(inputs[field] ?? '');
  const kind = type.split(':').pop() as string;
  const own = String(inputs.project ?? project);
  switch (kind) {
    case 'GlobalAddress':
      return `projects/${own}/global/addresses/${text('name')}`;
    case 'ManagedSslCertificate':
      return `projects/${own}/global/sslCertificates/${text('name')}`;
    case 'SSLPolicy':
      return `projects/${own}/global/sslPolicies/${text('name')}`;
    case 'SecurityPolicy':
      return `projects/${own}/global/securityPolicies/${text('name')}`;
    case 'Cluster':
      return `projects/${own}/locations/${text('location')}/clusters/${text('name')}`;
    case 'NodePool':
      return `${text('cluster')}/nodePools/${text('name')}`;
    case 'BackupPlan':
      return `projects/${own}/locations/${text('location')}/backupPlans/${text('name')}`;
    case 'RestorePlan':
      return `projects/${own}/locations/${text('location')}/restorePlans/${text('name')}`;
    case 'RecordSet':
      return `projects/${own}/managedZones/${text('managedZone')}/rrsets/${text('name')}/${text('type')}`;
    case 'Account':
      return `projects/${own}/serviceAccounts/${text('accountId')}@${own}.iam.gserviceaccount.com`;
    case 'IAMMember':
      return `${own}/${text('role')}/${text('member')}`;
    default: {
      const name = inputs.name ?? inputs.displayName ?? inputs.serviceId ?? inputs.sloId;
      return `projects/${own}/${kind}/${String(name)}`;
    }
  }
}

/** What Google Cloud says about a resource besides what was asked for. */
export function answersOf(type: string, inputs: Json, id: string): Json {
  switch (type.split(':').pop()) {
    case 'GlobalAddress':
      return { address: '203.0.113.10', selfLink: id };
    case 'Cluster':
      return {
        endpoint: `${String(inputs.name)}.gke.invalid`,
        masterAuth: { clusterCaCertificate: 'Q0E=', clientCertificate: '', clientKey: '' },
      };
    case 'Account':
      return { email: id.split('/').pop() };
    case 'Instance':
      return { host: '10.100.0.3', authString: 'a-password-of-redis' };
    case 'NotificationChannel':
    case 'AlertPolicy':
    case 'Slo':
      return { name: id };
    case 'UptimeCheckConfig':
      return { uptimeCheckId: `uptime-${String(inputs.displayName)}`.replaceAll(' ', '-') };
    default:
      return {};
  }
}
