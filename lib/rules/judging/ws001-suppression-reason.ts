import { annotationsOf } from '../../manifest/annotation';
import { EVERY_KIND, type Rule } from '../rule';
import { SUPPRESSION } from '../suppress';

export const ws001: Rule = {
  code: 'WS001',
  level: 'error',
  title: 'whoever switches a rule off says why',
  story: 'Nobody remembers why the rule is off, and nobody dares to switch it on again.',
  why: `An annotation ${SUPPRESSION}WS… without a reason suppresses nothing.`,
  fix: 'Write the reason as the value of the annotation.',
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/',
  kinds: EVERY_KIND,
  *check(bundle) {
    for (const object of bundle.objects) {
      for (const [name, value] of annotationsOf(object)) {
        if (!name.startsWith(SUPPRESSION) || value.trim().length >= 3) continue;
        yield {
          object,
          path: ['metadata', 'annotations', name],
          actual: `"${value}"`,
          expected: 'a reason in words',
          fix: `write why ${name.slice(SUPPRESSION.length)} does not apply to this object`,
        };
      }
    }
  },
};
