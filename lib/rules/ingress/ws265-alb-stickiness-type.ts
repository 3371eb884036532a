import { annotationOf } from '../../manifest/annotation';
import { byRoute, entrancesThrough } from '../../system/entrances';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { ALB_ANNOTATIONS, ALB_ATTRIBUTES, albAttributes } from '../../system/platforms/aws-alb';
import type { Rule } from '../rule';

const TYPES = ['lb_cookie', 'app_cookie'];

export const ws265: Rule = {
  code: 'WS265',
  level: 'error',
  title: 'stickiness of an Application Load Balancer is by a cookie',
  story:
    'AWS refuses the attributes of the target group, all of them: nothing binds a client to its pod, and nothing drains.',
  why: 'An Application Load Balancer knows lb_cookie and app_cookie; source_ip is for Network Load Balancers.',
  fix: 'Write stickiness.type=lb_cookie.',
  source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    const { annotation } = ALB_ATTRIBUTES.affinityTtl;
    for (const [ingress] of byRoute(entrancesThrough(bundle, ALB_ANNOTATIONS))) {
      const type = albAttributes(annotationOf(ingress, annotation)).get('stickiness.type');
      if (type === undefined || TYPES.includes(type)) continue;
      yield {
        object: ingress,
        path: ['metadata', 'annotations', annotation],
        actual: `stickiness.type=${type}`,
        expected: `one of ${TYPES.join(', ')}`,
        fix: 'write stickiness.type=lb_cookie',
      };
    }
  },
};
