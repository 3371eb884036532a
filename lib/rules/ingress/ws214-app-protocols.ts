import { annotationOf } from '../../manifest/annotation';
import { listOf, mappingOf, valueAt, wordsOf } from '../../manifest/field';
import { jsonMapping } from '../../system/backend-binding';
import { gkeEntrancesOf } from '../../system/backend-config';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

const PROTOCOLS = 'cloud.google.com/app-protocols';
const VALUES = ['HTTP', 'HTTPS', 'HTTP2'];

export const ws214: Rule = {
  code: 'WS214',
  level: 'error',
  title: 'protocols are named for ports that the Service has',
  story:
    'The Ingress freezes over a protocol it does not know; or the line does nothing, because it names a number where a name belongs.',
  why: 'The annotation is keyed by the name of the port, and takes HTTP, HTTPS and HTTP2.',
  fix: 'Use the name of the port and one of the three protocols.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-http2',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const { service } of gkeEntrancesOf(bundle)) {
      const text = annotationOf(service, PROTOCOLS);
      if (text === undefined) continue;
      const value = jsonMapping(text);
      const names = listOf(valueAt(service, ['spec', 'ports'])).map((port) => wordsOf(mappingOf(port).name));
      const wrong =
        value === undefined
          ? undefined
          : Object.entries(value).find(
              ([name, protocol]) => !names.includes(name) || !VALUES.includes(wordsOf(protocol)),
            );
      if (value !== undefined && wrong === undefined) continue;
      yield {
        object: service,
        path: ['metadata', 'annotations', PROTOCOLS],
        actual: wrong === undefined ? `'${text}', which is no JSON` : `"${wrong[0]}": ${JSON.stringify(wrong[1])}`,
        expected: `a port name (${names.join(', ')}) with one of ${VALUES.join(', ')}`,
        fix: `write '{"${names[0] === undefined || names[0] === 'undefined' ? 'http' : names[0]}": "HTTP"}'`,
      };
    }
  },
};
