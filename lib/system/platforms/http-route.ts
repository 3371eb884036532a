import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { EntranceKind } from '../../timing/limits';
import type { Entrance } from '../entrance';
import { goSecondsOrNever } from './duration';
import type { Setting } from './platform';
import { settingAt } from './setting';

/** How long a rule of an HTTPRoute lets an answer take, a whole one or a try; none where it says nothing, or where the route is another kind of object. */
export function requestTimeout(kind: EntranceKind, entrance: Entrance): readonly Setting[] {
  const { route, reference } = entrance;
  if (route.kind !== 'HTTPRoute') return [];
  const written = (['request', 'backendRequest'] as const).flatMap((name) => {
    const path = [...reference.path.slice(0, 3), 'timeouts', name];
    const text = valueAt(route, path);
    return text === undefined ? [] : [{ name, path, text, seconds: goSecondsOrNever(text) }];
  });
  // The API has it that a try takes no longer than the whole.
  const [shortest] = written.sort((a, b) => (a.seconds ?? 0) - (b.seconds ?? 0));
  if (shortest === undefined) return [];
  const { name, path, text, seconds } = shortest;
  return settingAt({
    name: 'answer',
    object: route,
    path,
    kind,
    entrances: [entrance],
    text,
    seconds,
    change: (needed) => `set timeouts.${name} to ${needed}s`,
    value: (needed) => `${needed}s`,
  });
}

/** The Gateways that a route is attached to. */
export function gatewaysOf(bundle: Bundle, route: Manifest): readonly Manifest[] {
  return listOf(valueAt(route, ['spec', 'parentRefs'])).flatMap((ref) => {
    const { name, namespace } = mappingOf(ref);
    return bundle.find('Gateway', textOf(namespace) ?? namespaceOf(route), wordsOf(name)) ?? [];
  });
}

/** The policy of a kind that targets an object of its own namespace; of several the first. */
export function policyFor(bundle: Bundle, kind: string, target: Manifest): Manifest | undefined {
  const known = bundle.once(policiesByKind);
  const policies = known.get(kind) ?? policiesByTarget(bundle, kind);
  known.set(kind, policies);
  return policies.get(targetKey(namespaceOf(target), target.kind, target.metadata.name));
}

/** Filled as they are asked for. */
function policiesByKind(_bundle: Bundle): Map<string, ReadonlyMap<string, Manifest>> {
  return new Map();
}

function policiesByTarget(bundle: Bundle, kind: string): ReadonlyMap<string, Manifest> {
  const found = new Map<string, Manifest>();
  for (const policy of bundle.ofKind(kind)) {
    const targets = [valueAt(policy, ['spec', 'targetRef']), ...listOf(valueAt(policy, ['spec', 'targetRefs']))];
    for (const one of targets.map(mappingOf)) {
      const key = targetKey(namespaceOf(policy), one.kind, one.name);
      if (!found.has(key)) found.set(key, policy);
    }
  }
  return found;
}

function targetKey(namespace: string, kind: unknown, name: unknown): string {
  return JSON.stringify([namespace, kind, name]);
}
