import type { Bundle } from '../manifest/bundle';
import { type FieldPath, listOf, mappingOf, textOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';

/** A PromQL expression in a manifest. */
export interface Expression {
  readonly object: Manifest;
  readonly path: FieldPath;
  readonly text: string;
}

/** The kinds that hold recording and alerting rules: of Prometheus's operator, and of Google's managed Prometheus. */
export const RULE_KINDS: readonly string[] = ['ClusterRules', 'GlobalRules', 'PrometheusRule', 'Rules'];

/** Every expression of recording and alerting rules. */
export function expressionsOf(bundle: Bundle): readonly Expression[] {
  return bundle.ofKind(...RULE_KINDS).flatMap((object) =>
    listOf(valueAt(object, ['spec', 'groups'])).flatMap((group, i) =>
      listOf(mappingOf(group).rules).flatMap((rule, j) => {
        const text = textOf(mappingOf(rule).expr);
        return text === undefined ? [] : [{ object, path: ['spec', 'groups', i, 'rules', j, 'expr'], text }];
      }),
    ),
  );
}
