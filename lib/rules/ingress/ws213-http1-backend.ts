import { annotationOf } from '../../manifest/annotation';
import { textOf } from '../../manifest/field';
import { jsonMapping } from '../../system/backend-binding';
import { isGkeIngress } from '../../system/backend-config';
import { servedEntrances } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

const PROTOCOLS = ['cloud.google.com/app-protocols', 'service.alpha.kubernetes.io/app-protocols'];

export const ws213: Rule = {
  code: 'WS213',
  level: 'error',
  title: 'the balancer speaks HTTP/1.1 to a WebSocket backend',
  story: 'Every upgrade answers 502. Clients fall back to long-polling, if they may.',
  why: 'An upgrade is a mechanism of HTTP/1.1; Google’s balancer does not translate it to HTTP/2.',
  fix: 'Say HTTP (or HTTPS) for the port instead of HTTP2.',
  source: 'https://github.com/kubernetes/ingress-gce/issues/855',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const { service, port, controller } of servedEntrances(bundle)) {
      if (!isGkeIngress(controller)) continue;
      for (const name of PROTOCOLS) {
        const text = annotationOf(service, name);
        const value = text === undefined ? undefined : jsonMapping(text);
        const key = textOf(port?.value.name) ?? '';
        if (value?.[key] !== 'HTTP2') continue;
        const path = ['metadata', 'annotations', name];
        yield {
          object: service,
          path,
          actual: `'${text}'`,
          expected: `{"${key}":"HTTP"}`,
          fix: `write '${JSON.stringify({ ...value, [key]: 'HTTP' })}'`,
          suggestions: [{ path, value: JSON.stringify({ ...value, [key]: 'HTTP' }) }],
        };
      }
    }
  },
};
