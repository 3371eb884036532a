import { listOf, mappingOf, textOf, valueAt } from '../../manifest/field';
import { isGkeIngress } from '../../system/backend-config';
import { controllerOf } from '../../system/entrances';
import type { Rule } from '../rule';

export const ws238: Rule = {
  code: 'WS238',
  level: 'error',
  title: 'each host stands once in a GKE Ingress',
  story: 'The paths of the first rule vanish without a word; the Socket.IO endpoint was one of them.',
  why: 'GKE keeps one rule for each host, and the last one wins.',
  fix: 'Put all paths of a host into one rule.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/cmd/check-gke-ingress/app/ingress/rule.go',
  kinds: ['Ingress', 'Service'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      if (!isGkeIngress(controllerOf(bundle, ingress))) continue;
      const seen = new Set<string>();
      for (const [i, rule] of listOf(valueAt(ingress, ['spec', 'rules'])).entries()) {
        const host = textOf(mappingOf(rule).host) ?? '*';
        if (seen.has(host)) {
          yield {
            object: ingress,
            path: ['spec', 'rules', i, 'host'],
            actual: `"${host}" a second time`,
            expected: 'each host once',
            fix: 'move its paths to the first rule of the host',
          };
        }
        seen.add(host);
      }
    }
  },
};
