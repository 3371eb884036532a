import { distance } from '../../input/shape';
import { annotationsOf } from '../../manifest/annotation';
import { FAKE_IDLE_TIMEOUT } from '../patterns/fake-annotations';
import type { Rule } from '../rule';

/** Read on Services or written by the controllers themselves; on an Ingress WS208 reports the one that people put there. */
const KNOWN = new Set([FAKE_IDLE_TIMEOUT, 'cloud.google.com/backend-config', 'beta.cloud.google.com/backend-config']);

/** What Google's controllers read on a Service. */
const ON_SERVICES = [
  'cloud.google.com/neg',
  'cloud.google.com/backend-config',
  'cloud.google.com/app-protocols',
  'cloud.google.com/load-balancer-type',
  'cloud.google.com/l4-rbs',
  'cloud.google.com/network-tier',
];

export const ws203: Rule = {
  code: 'WS203',
  level: 'warning',
  title: 'every cloud.google.com annotation is one that a controller reads',
  story: 'A setting that looks as if it were made is not made. It is found out when it is needed.',
  why: 'GKE’s Ingress controller ignores annotations it does not know, without an event or a log line; under cloud.google.com it reads none on an Ingress, and a few on a Service, each by its exact name.',
  fix: 'Remove it, put it on the Service if it belongs there, or spell it as the controller does.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go',
  kinds: ['Ingress', 'Service'],
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
    for (const service of bundle.ofKind('Service')) {
      for (const [name] of annotationsOf(service)) {
        const meant = misspelled(name);
        if (meant === undefined) continue;
        yield {
          object: service,
          path: ['metadata', 'annotations', name],
          actual: `${name}, which nothing reads`,
          expected: meant,
          fix: `write ${meant}`,
        };
      }
    }
  },
};

/** The annotation that was meant: one that differs in a letter or two. Others may be for somebody who is not known here. */
function misspelled(name: string): string | undefined {
  if (!/^(\w+\.)?cloud\.google\.\w+\//.test(name) || ON_SERVICES.includes(name) || KNOWN.has(name)) return undefined;
  return ON_SERVICES.find((known) => distance(name, known) <= 2);
}
