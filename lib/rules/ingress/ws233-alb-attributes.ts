import { annotationOf } from '../../manifest/annotation';
import { controllerOf } from '../../system/entrances';
import { ALB_ATTRIBUTES } from '../../system/platforms/aws-alb';
import type { Rule } from '../rule';

const ANNOTATIONS = [...new Set(Object.values(ALB_ATTRIBUTES).map(({ annotation }) => annotation))];

export const ws233: Rule = {
  code: 'WS233',
  level: 'error',
  title: 'attributes of the AWS balancer are name=value pairs between commas',
  story: 'AWS refuses the last value because of a comma behind it, and no attribute of the list is applied.',
  why: 'The controller splits at commas that come before another name, so a trailing one becomes a part of the value; an item without "=" is an error.',
  fix: 'Write the pairs on one line, without a comma at the end.',
  source: 'https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/annotations/parser.go',
  kinds: ['Gateway', 'HTTPRoute', 'Ingress', 'Service'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      if (controllerOf(bundle, ingress) !== 'aws-alb') continue;
      for (const annotation of ANNOTATIONS) {
        const text = annotationOf(ingress, annotation);
        if (text === undefined) continue;
        const items = text.split(',').map((item) => item.trim());
        const bad = items.find((item) => !item.includes('='));
        if (bad === undefined) continue;
        const path = ['metadata', 'annotations', annotation];
        const good = items.filter((item) => item.includes('=')).join(',');
        yield {
          object: ingress,
          path,
          actual: bad === '' ? 'a comma without a pair behind it' : `"${bad}", which has no "="`,
          expected: 'name=value pairs between commas',
          fix: good === '' ? 'give it a value, or remove the annotation' : `write "${good}"`,
          ...(bad === '' && !text.includes('\n') ? { edits: [{ path, value: good }] } : {}),
        };
      }
    }
  },
};
