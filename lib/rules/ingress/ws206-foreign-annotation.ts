import { annotationsOf } from '../../manifest/annotation';
import { controllerOf } from '../../system/entrances';
import { evidenceAbout, isServed, servedEntrances } from '../../system/evidence';
import { DIALECTS, ENTRANCE_KINDS, platformOf, STRANGERS } from '../../system/platforms/all';
import { limitsOf } from '../../timing/limits';
import type { Rule } from '../rule';

/** Whoever reads annotations with a prefix. */
const READERS = [
  ...DIALECTS.flatMap(({ reader, prefixes }) => prefixes.map((prefix) => ({ prefix, reader }))),
  ...STRANGERS,
];

/** What breaks a connection where nobody reads it. */
const BREAKS = /timeout|affinity|session|sticky|hash-by|attributes/;

export const ws206: Rule = {
  code: 'WS206',
  level: 'error',
  title: 'an Ingress carries annotations of its own controller only',
  story:
    'Timeouts and stickiness look configured and are not: every connection ends after 30 seconds, and polls land on the wrong pod.',
  why: 'A controller ignores annotations of another one without a word.',
  fix: 'Remove the annotation and say the same in the words of the controller that takes this Ingress.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const platform = platformOf(controllerOf(bundle, ingress));
      if (platform === undefined) continue;
      const own = platform.dialect;
      const timeless = limitsOf(platform.kind).timeout === 'none';
      if (!isServed(evidenceAbout(bundle, ingress))) continue;
      for (const [name] of annotationsOf(ingress)) {
        const owner = READERS.find(({ prefix }) => name.startsWith(prefix));
        if (owner === undefined || owner.reader === own.reader) continue;
        // Charts carry annotations for every controller; what breaks a connection is a timeout or an affinity that nobody reads.
        const breaks = BREAKS.test(name) && !(timeless && /timeout/.test(name));
        const path = ['metadata', 'annotations', name];
        const translation = own.translations?.[name.slice(name.indexOf('/') + 1)];
        yield {
          object: ingress,
          path,
          actual: `an annotation of ${owner.reader} on an Ingress that ${own.reader} takes`,
          expected: `annotations of ${own.reader} only`,
          fix: `remove it${translation === undefined ? '' : `; for ${own.reader} this is ${translation}`}`,
          ...(breaks ? {} : { level: 'info' }),
          edits: [{ path }],
        };
      }
    }
    // On a Service or a route of the Gateway API only the one that takes it could read them, if it reads them there at all.
    const others = new Map(
      servedEntrances(bundle).flatMap(({ route, service, controller }) =>
        [service, ...(route.kind === 'Ingress' ? [] : [route])].map((object) => [object, controller] as const),
      ),
    );
    for (const [object, controller] of others) {
      const own = platformOf(controller)?.dialect;
      for (const [name] of own === undefined ? [] : annotationsOf(object)) {
        const owner = READERS.find(({ prefix }) => name.startsWith(prefix));
        if (owner === undefined || owner.reader === own?.reader || !BREAKS.test(name)) continue;
        const path = ['metadata', 'annotations', name];
        yield {
          object,
          path,
          actual: `an annotation of ${owner.reader} on a ${object.kind} to which ${own?.reader} leads`,
          expected: `the settings of ${own?.reader}`,
          fix: 'remove it, and say the same where the controller that takes the route reads it',
          level: 'warning',
          edits: [{ path }],
        };
      }
      for (const { annotation, reader, instead } of own?.unread?.(object) ?? []) {
        const path = ['metadata', 'annotations', annotation];
        yield {
          object,
          path,
          actual: `an annotation that only ${reader} reads, and this ${object.kind} asks for another`,
          expected: 'what the balancer of this Service reads',
          fix: `remove it; here this is ${instead}`,
          level: 'warning',
          edits: [{ path }],
        };
      }
    }
  },
};
