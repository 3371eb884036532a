import { annotationOf } from '../../manifest/annotation';
import { byRoute, entrancesThrough } from '../../system/entrances';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { ALB_ANNOTATIONS, ALB_ATTRIBUTES, albAttributes } from '../../system/platforms/aws-alb';
import type { Rule } from '../rule';

const TARGET_TYPE = 'alb.ingress.kubernetes.io/target-type';

export const ws234: Rule = {
  code: 'WS234',
  level: 'error',
  title: 'stickiness of the AWS balancer binds clients to pods',
  story:
    'The cookie keeps a client on one node, and behind the node any pod may answer: "Session ID unknown", half of the time.',
  why: 'target-type is instance unless said otherwise; the balancer then chooses a node, and kube-proxy the pod.',
  fix: 'Set target-type to ip.',
  source:
    'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#target-type',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const [ingress] of byRoute(entrancesThrough(bundle, ALB_ANNOTATIONS))) {
      const sticky = albAttributes(annotationOf(ingress, ALB_ATTRIBUTES.affinityTtl.annotation)).get(
        'stickiness.enabled',
      );
      const type = annotationOf(ingress, TARGET_TYPE);
      if (sticky !== 'true' || type === 'ip') continue;
      const path = ['metadata', 'annotations', TARGET_TYPE];
      yield {
        object: ingress,
        path,
        actual: type === undefined ? 'not written, so instance' : `"${type}"`,
        expected: '"ip"',
        fix: `annotate with ${TARGET_TYPE}: ip`,
        suggestions: [{ path, value: 'ip' }],
      };
    }
  },
};
