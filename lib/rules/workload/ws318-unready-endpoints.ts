import { valueAt } from '../../manifest/field';
import { servedEntrances } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws318: Rule = {
  code: 'WS318',
  level: 'error',
  title: 'a Service behind a balancer sends to ready pods only',
  story: 'Clients are sent to pods that are still starting or already draining, and get 502 until they try again.',
  why: 'publishNotReadyAddresses is for peers that find each other before they are ready; a balancer takes every address for one that serves.',
  fix: 'Set publishNotReadyAddresses to false, and use a headless Service of its own for peers.',
  source: 'https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const { service } of servedEntrances(bundle)) {
      const path = ['spec', 'publishNotReadyAddresses'];
      if (valueAt(service, path) !== true) continue;
      yield {
        object: service,
        path,
        actual: 'true',
        expected: 'false',
        fix: 'set it to false',
        suggestions: [{ path, value: false }],
      };
    }
  },
};
