import { annotationOf } from '../../manifest/annotation';
import { controllerOf } from '../../system/entrances';
import type { Rule } from '../rule';

const PREFIX = 'nginx.ingress.kubernetes.io/';

export const ws236: Rule = {
  code: 'WS236',
  level: 'error',
  title: 'timeouts of ingress-nginx are whole seconds without a unit',
  story: '"3600s" was meant as an hour and is ignored: connections end after the default of a minute.',
  why: 'The controller reads whole numbers; what it cannot read it drops with a line in its log, and the default applies.',
  fix: 'Write the number alone, in quotes.',
  source: 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#custom-timeouts',
  kinds: ['Gateway', 'HTTPRoute', 'Ingress', 'Service'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      if (controllerOf(bundle, ingress) !== 'ingress-nginx') continue;
      for (const name of [
        'proxy-read-timeout',
        'proxy-send-timeout',
        'proxy-connect-timeout',
        'session-cookie-max-age',
      ]) {
        const text = annotationOf(ingress, `${PREFIX}${name}`);
        if (text === undefined || /^\d+$/.test(text)) continue;
        const path = ['metadata', 'annotations', `${PREFIX}${name}`];
        const [, amount, unit] = /^(\d+)(s|m|h|d)$/.exec(text) ?? [];
        const value =
          amount === undefined ? undefined : String(Number(amount) * ({ m: 60, h: 3600, d: 86_400 }[unit ?? ''] ?? 1));
        yield {
          object: ingress,
          path,
          actual: `"${text}"`,
          expected: 'whole seconds without a unit',
          fix: `write "${value ?? '3600'}"`,
          ...(value === undefined ? {} : { edits: [{ path, value }] }),
        };
      }
    }
  },
};
