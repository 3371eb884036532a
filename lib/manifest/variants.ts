import * as path from 'node:path';
import { type Bundle, namespaceOf } from './bundle';
import { identityOf, type Manifest } from './manifest';

/**
 * Takes apart what cannot be in one cluster at the same time. Where folders hold objects of the same name (an environment in each, a platform in each), every such folder is a
 * system of its own, together with what stands in the folders that share no name with another.
 */
export function variantsOf(bundle: Bundle): readonly Bundle[] {
  const folders = new Map<string, Manifest[]>();
  const homes = new Map<string, Set<string>>();
  for (const object of bundle.objects) {
    const origin = bundle.originOf(object);
    const folder = origin === undefined ? '' : path.dirname(origin.file);
    const members = folders.get(folder);
    if (members === undefined) folders.set(folder, [object]);
    else members.push(object);
    const identity = identityOf(object);
    homes.set(identity, (homes.get(identity) ?? new Set()).add(folder));
  }
  const variants = new Set([...homes.values()].filter(({ size }) => size > 1).flatMap((places) => [...places]));
  if (variants.size === 0) return [bundle];
  const shared = [...folders].filter(([folder]) => !variants.has(folder)).flatMap(([, objects]) => objects);
  const taken = new Set(['']);
  const systems = [...variants].map((folder) => {
    const own = folders.get(folder) ?? [];
    const namespaces = new Set(own.map(namespaceOf)).add('');
    for (const namespace of namespaces) taken.add(namespace);
    // What is shared belongs to a variant when it can be referred to from there.
    return bundle.of([...own, ...shared.filter((object) => namespaces.has(namespaceOf(object)))]);
  });
  const rest = shared.filter((object) => !taken.has(namespaceOf(object)));
  return rest.length === 0 ? systems : [...systems, bundle.of(rest)];
}
