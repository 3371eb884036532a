import { annotationsOf } from '../../manifest/annotation';
import { RETIRED } from '../retired';
import { EVERY_KIND, type Rule } from '../rule';
import { SUPPRESSION } from '../suppress';

/** The rules that a suppression may name; `all.ts` hands them over, because it knows this rule too. */
export function ws002(codes: ReadonlySet<string>): Rule {
  return {
    code: 'WS002',
    level: 'warning',
    title: 'a suppression names a rule that exists',
    story:
      'A typing error in a code: the rule that was to be switched off goes on reporting, or a later one is silenced by accident.',
    why: 'Codes are never used again, so one that is unknown was mistyped or belongs to a newer version.',
    fix: 'Correct the code, or remove the annotation of a rule that is gone.',
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/',
    kinds: EVERY_KIND,
    *check(bundle) {
      for (const object of bundle.objects) {
        for (const [name] of annotationsOf(object)) {
          if (!name.startsWith(SUPPRESSION)) continue;
          const code = name.slice(SUPPRESSION.length);
          if (codes.has(code)) continue;
          const retired = RETIRED.find((one) => one.code === code);
          const path = ['metadata', 'annotations', name];
          yield {
            object,
            path,
            actual:
              retired === undefined ? `"${code}", which is no rule` : `"${code}", which is retired: ${retired.because}`,
            expected: 'a code such as WS216',
            fix: retired === undefined ? 'correct the code; holdfast check --list shows all' : 'remove the annotation',
            ...(retired === undefined ? {} : { edits: [{ path }] }),
          };
        }
      }
    },
  };
}
