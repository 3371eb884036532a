import { valueAt } from '../../manifest/field';
import { servedEntrances } from '../../system/evidence';
import { choosesByClient } from '../../system/nginx-text';
import { onlyWebSockets } from '../../system/only-web-sockets';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { affinityOf } from '../../system/settings';
import type { Rule } from '../rule';

export const ws227: Rule = {
  code: 'WS227',
  level: 'warning',
  title: 'affinity is set where the balancer chooses the pod',
  story: 'The Service says ClientIP, everybody believes in sticky sessions, and polls still land on the wrong pod.',
  why: 'With network endpoint groups the balancer goes past kube-proxy, so the Service’s own affinity is never asked; without them it sees the address of the proxy, which is the same for everybody.',
  fix: 'Set the affinity in the BackendConfig, the policy or the annotations of the controller; the Service may keep its own.',
  source: 'https://github.com/kubernetes/ingress-gce/issues/516',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const entrance of servedEntrances(bundle)) {
      const { service, route } = entrance;
      if (valueAt(service, ['spec', 'sessionAffinity']) !== 'ClientIP') continue;
      // A backend without any configuration, or with a reference that leads nowhere, is told by WS207 to WS211 and WS240.
      const affinity = affinityOf(bundle, entrance);
      if (affinity === undefined || affinity.bound) continue;
      if (entrance.workloads.some((workload) => choosesByClient(bundle, workload))) continue;
      // Nobody polls who comes by these paths, so nobody has to come back to a pod.
      if (onlyWebSockets(bundle, entrance)) continue;
      const { kind, metadata } = affinity.object;
      yield {
        object: service,
        path: ['spec', 'sessionAffinity'],
        actual: `ClientIP on the Service, and ${affinity.words} at the ${route.kind}`,
        expected: 'affinity at the balancer, which chooses the pod',
        fix: `leave it, and in ${kind} ${metadata.name} ${affinity.change}`,
      };
    }
  },
};
