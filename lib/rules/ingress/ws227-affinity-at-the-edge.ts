import { annotationOf } from '../../manifest/annotation';
import { textOf, valueAt } from '../../manifest/field';
import { bindingOf, policyOf } from '../../system/backend-config';
import { entrancesOf, isGoogle } from '../../system/entrance';
import { choosesByClient } from '../../system/nginx-text';
import type { Rule } from '../rule';

export const ws227: Rule = {
  code: 'WS227',
  level: 'warning',
  title: 'affinity is set where the balancer chooses the pod',
  story: 'The Service says ClientIP, everybody believes in sticky sessions, and polls still land on the wrong pod.',
  why: 'With network endpoint groups the balancer goes past kube-proxy, so the Service’s own affinity is never asked; without them it sees the address of the proxy, which is the same for everybody.',
  fix: 'Set the affinity in the BackendConfig, the policy or the annotations of the controller; the Service may keep its own.',
  source: 'https://github.com/kubernetes/ingress-gce/issues/516',
  *check(bundle) {
    for (const entrance of entrancesOf(bundle)) {
      const { service, controller, route } = entrance;
      if (valueAt(service, ['spec', 'sessionAffinity']) !== 'ClientIP' || controller === 'other') continue;
      const binding = isGoogle(controller) ? bindingOf(bundle, entrance) : undefined;
      const policy = policyOf(bundle, entrance);
      const atTheEdge = [
        binding?.state === 'bound'
          ? textOf(valueAt(binding.config, ['spec', 'sessionAffinity', 'affinityType']))
          : undefined,
        textOf(valueAt(policy, ['spec', 'default', 'sessionAffinity', 'type'])),
        annotationOf(route, 'nginx.ingress.kubernetes.io/affinity'),
        annotationOf(route, 'nginx.ingress.kubernetes.io/upstream-hash-by'),
        /stickiness\.enabled=true/.test(annotationOf(route, 'alb.ingress.kubernetes.io/target-group-attributes') ?? '')
          ? 'alb'
          : undefined,
      ].find((one) => one !== undefined && one !== 'NONE');
      // A backend without any configuration, or with a reference that leads nowhere, is told by WS207 to WS211 and WS240.
      const unconfigured = isGoogle(controller) && binding?.state !== 'bound' && policy === undefined;
      const tier = entrance.workloads.some((workload) => choosesByClient(bundle, workload));
      if (atTheEdge !== undefined || unconfigured || tier) continue;
      yield {
        object: service,
        path: ['spec', 'sessionAffinity'],
        actual: `ClientIP on the Service, and nothing at the ${route.kind}`,
        expected: 'affinity at the balancer, which chooses the pod',
        fix: isGoogle(controller)
          ? 'set sessionAffinity.affinityType in the BackendConfig of the Service (GCPBackendPolicy behind a Gateway)'
          : 'set the affinity in the annotations of the Ingress',
      };
    }
  },
};
