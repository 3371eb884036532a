import { groupOf } from '../../manifest/manifest';
import type { Rule } from '../rule';

export const ws404: Rule = {
  code: 'WS404',
  level: 'error',
  title: 'alert policies of Google Cloud are of a kind that exists',
  story: 'The API server does not know the kind, so there is no alert. It is missed when it would have fired.',
  why: 'GKE has no API group monitoring.googleapis.com with an AlertPolicy. Config Connector’s is MonitoringAlertPolicy in monitoring.cnrm.cloud.google.com; otherwise the policy is made outside the cluster.',
  fix: 'Make the policy through Config Connector, Pulumi or Terraform.',
  source:
    'https://docs.cloud.google.com/config-connector/docs/reference/resource-docs/monitoring/monitoringalertpolicy',
  kinds: ['AlertPolicy'],
  *check(bundle) {
    for (const object of bundle.ofKind('AlertPolicy')) {
      if (groupOf(object) !== 'monitoring.googleapis.com') continue;
      yield {
        object,
        path: ['apiVersion'],
        actual: `${object.apiVersion} AlertPolicy, which no cluster has`,
        expected: 'monitoring.cnrm.cloud.google.com MonitoringAlertPolicy, or a policy made outside the cluster',
        fix: 'make the policy through Config Connector, Pulumi or Terraform',
      };
    }
  },
};
