import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { EntranceKind } from '../../timing/limits';
import type { Entrance } from '../entrance';
import { goSecondsOrNever } from './duration';
import type { Setting } from './platform';
import { settingAt } from './setting';

/** How long a rule of an HTTPRoute lets an answer take; none where it says nothing, or where the route is another kind of object. */
export function requestTimeout(kind: EntranceKind, entrance: Entrance): readonly Setting[] {
  const { route, reference } = entrance;
  const path = [...reference.path.slice(0, 3), 'timeouts', 'request'];
  const text = route.kind === 'HTTPRoute' ? valueAt(route, path) : undefined;
  if (text === undefined) return [];
  return settingAt({
    name: 'answer',
    object: route,
    path,
    kind,
    entrances: [entrance],
    text,
    seconds: goSecondsOrNever(text),
    change: (seconds) => `set timeouts.request to ${seconds}s`,
    value: (seconds) => `${seconds}s`,
  });
}

/** The Gateways that a route is attached to. */
export function gatewaysOf(bundle: Bundle, route: Manifest): readonly Manifest[] {
  return listOf(valueAt(route, ['spec', 'parentRefs'])).flatMap((ref) => {
    const { name, namespace } = mappingOf(ref);
    return bundle.find('Gateway', textOf(namespace) ?? namespaceOf(route), wordsOf(name)) ?? [];
  });
}

/** The policy of a kind that targets an object of its own namespace. */
export function policyFor(bundle: Bundle, kind: string, target: Manifest): Manifest | undefined {
  return bundle.ofKind(kind).find((policy) => {
    const targets = [valueAt(policy, ['spec', 'targetRef']), ...listOf(valueAt(policy, ['spec', 'targetRefs']))];
    return (
      namespaceOf(policy) === namespaceOf(target) &&
      targets.map(mappingOf).some((one) => one.kind === target.kind && one.name === target.metadata.name)
    );
  });
}
