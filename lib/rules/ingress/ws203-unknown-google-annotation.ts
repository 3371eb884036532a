import { annotationsOf } from '../../manifest/annotation';
import { FAKE_IDLE_TIMEOUT } from '../patterns/fake-annotations';
import type { Rule } from '../rule';

/** Read on Services or written by the controllers themselves; on an Ingress WS208 reports the one that people put there. */
const KNOWN = new Set([FAKE_IDLE_TIMEOUT, 'cloud.google.com/backend-config', 'beta.cloud.google.com/backend-config']);

export const ws203: Rule = {
  code: 'WS203',
  level: 'warning',
  title: 'every cloud.google.com annotation on an Ingress is one that a controller reads',
  story: 'A setting that looks as if it were made is not made. It is found out when it is needed.',
  why: 'GKE’s Ingress controller ignores annotations it does not know, without an event or a log line; under cloud.google.com it reads none on an Ingress.',
  fix: 'Remove it, or put it on the Service if it belongs there.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go',
  kinds: ['Ingress'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      for (const [name] of annotationsOf(ingress)) {
        if (!name.startsWith('cloud.google.com/') || KNOWN.has(name)) continue;
        const belongsToService = ['cloud.google.com/neg', 'cloud.google.com/app-protocols'].includes(name);
        yield {
          object: ingress,
          path: ['metadata', 'annotations', name],
          actual: 'on an Ingress, where nothing reads it',
          expected: belongsToService ? 'on the Service' : 'an annotation that exists',
          fix: belongsToService ? 'move it to the Service' : 'remove it',
        };
      }
    }
  },
};
