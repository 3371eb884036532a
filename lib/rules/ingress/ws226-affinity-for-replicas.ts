import { annotationOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import { numberOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { bindingOf, policyOf } from '../../system/backend-config';
import { type Entrance, entrancesOf, isGkeIngress } from '../../system/entrance';
import { choosesByClient } from '../../system/nginx-text';
import { autoscalerOf } from '../../system/scaling';
import { ALB_ATTRIBUTES, albAttributes } from '../../system/settings';
import type { Observation, Rule } from '../rule';

export const ws226: Rule = {
  code: 'WS226',
  level: 'warning',
  title: 'with several pods, a client is bound to one of them',
  story: 'Polling clients get 400 "Session ID unknown" and never connect; with two pods it fails every other time.',
  why: 'All requests of one long-polling session must reach the process that opened it. Only where every client connects with transports: ["websocket"] is affinity not needed.',
  fix: 'Turn session affinity on at the balancer.',
  source: 'https://socket.io/docs/v4/using-multiple-nodes/',
  *check(bundle) {
    for (const entrance of entrancesOf(bundle)) {
      const many = entrance.workloads.find(
        (workload) => podsOf(bundle, workload) > 1 && !choosesByClient(bundle, workload),
      );
      const missing = many === undefined ? undefined : unbound(bundle, entrance);
      if (missing === undefined || many === undefined) continue;
      yield {
        ...missing,
        expected: `a client bound to one of the ${podsOf(bundle, many)} pods of ${many.kind} ${many.metadata.name}`,
      };
    }
  },
};

function unbound(bundle: Bundle, entrance: Entrance): Omit<Observation, 'expected'> | undefined {
  const { controller, route } = entrance;
  if (isGkeIngress(controller)) {
    const binding = bindingOf(bundle, entrance);
    // Without a BackendConfig more is missing: WS207.
    if (binding.state !== 'bound') return undefined;
    const path = ['spec', 'sessionAffinity', 'affinityType'];
    const type = textOf(valueAt(binding.config, path)) ?? '';
    if (type !== '' && type !== 'NONE') return undefined;
    return {
      object: binding.config,
      path,
      actual: type === '' ? 'no session affinity' : 'NONE',
      fix: 'set affinityType to GENERATED_COOKIE (clients return cookies) or CLIENT_IP',
    };
  }
  if (controller === 'ingress-nginx') {
    const bound =
      annotationOf(route, 'nginx.ingress.kubernetes.io/affinity') ??
      annotationOf(route, 'nginx.ingress.kubernetes.io/upstream-hash-by');
    const path = ['metadata', 'annotations', 'nginx.ingress.kubernetes.io/affinity'];
    return bound === undefined
      ? {
          object: route,
          path,
          actual: 'no affinity',
          fix: 'annotate with nginx.ingress.kubernetes.io/affinity: "cookie"',
          edits: [{ path, value: 'cookie' }],
        }
      : undefined;
  }
  if (controller === 'aws-alb') {
    const { annotation } = ALB_ATTRIBUTES.affinityTtl;
    if (albAttributes(annotationOf(route, annotation)).get('stickiness.enabled') === 'true') return undefined;
    return {
      object: route,
      path: ['metadata', 'annotations', annotation],
      actual: 'no stickiness',
      fix: 'write stickiness.enabled=true,stickiness.type=lb_cookie in target-group-attributes',
    };
  }
  if (controller === 'other') return undefined;
  const policy = policyOf(bundle, entrance);
  const path = ['spec', 'default', 'sessionAffinity', 'type'];
  // Without a policy more is missing: WS240.
  if (policy === undefined || (textOf(valueAt(policy, path)) ?? 'NONE') !== 'NONE') return undefined;
  return { object: policy, path, actual: 'no session affinity', fix: 'set it to GENERATED_COOKIE or CLIENT_IP' };
}

/** How many pods there may be at the most. */
function podsOf(bundle: Bundle, workload: Manifest): number {
  const replicas = numberOf(valueAt(workload, ['spec', 'replicas'])) ?? 1;
  return Math.max(replicas, numberOf(valueAt(autoscalerOf(bundle, workload), ['spec', 'maxReplicas'])) ?? 0);
}
