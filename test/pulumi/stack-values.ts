/** What somebody who deploys the three environments would set: decisions that are not the project's to make. */
export const STACK_VALUES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  dev: {
    'gcp:project': 'coditect-dev',
    'gcp:region': 'europe-west1',
    'kubernetes:context': 'gke_coditect-dev_europe-west1_dev',
    'holdfast:clusterId': 'coditect-dev',
  },
  staging: {
    'gcp:project': 'coditect-staging',
    'gcp:region': 'europe-west1',
    'kubernetes:context': 'gke_coditect-staging_europe-west1_staging',
    'holdfast:clusterId': 'coditect-staging',
    'holdfast:dns': { zone: 'staging-coditect-ai' },
    'holdfast:notifications': {},
  },
  production: {
    'gcp:project': 'coditect-production',
    'gcp:region': 'europe-west1',
    'kubernetes:context': 'gke_coditect-production_europe-west1_production',
    // As versions before this key derived it from the cluster.
    'holdfast:clusterId': 'europe-west1/coditect-production',
    'holdfast:cluster': { name: 'coditect-production', location: 'europe-west1' },
    // Copies survive the loss of the cluster's region.
    'holdfast:backupLocation': 'europe-west4',
    'holdfast:dns': { zone: 'coditect-ai' },
    'holdfast:notifications': { emails: ['oncall@coditect.ai'] },
  },
};
