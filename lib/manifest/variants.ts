import * as path from 'node:path';
import { type Bundle, namespaceOf } from './bundle';
import { valueAt } from './field';
import { identityOf, type Manifest } from './manifest';

/**
 * Takes apart what cannot be in one cluster at the same time. Where folders hold objects of the same name (an environment in each, a platform in each), every such folder is a
 * system of its own, together with what stands in the folders that share no name with another. Where files of one folder hold workloads or Services of the same name, it is a folder of
 * samples, and each of these files is a system of its own.
 */
export function variantsOf(bundle: Bundle): readonly Bundle[] {
  return bundle.once(takenApart);
}

function takenApart(bundle: Bundle): readonly Bundle[] {
  const samples = samplesOf(bundle);
  const placeOf = (object: Manifest): string => {
    const file = fileOf(bundle, object);
    return samples.has(file) ? file : path.dirname(file);
  };
  const places = new Map<string, Manifest[]>();
  const homes = new Map<string, Set<string>>();
  for (const object of bundle.objects) {
    const place = placeOf(object);
    const members = places.get(place);
    if (members === undefined) places.set(place, [object]);
    else members.push(object);
    const identity = identityOf(object);
    homes.set(identity, (homes.get(identity) ?? new Set()).add(place));
  }
  const repeated = [...homes.values()].filter(({ size }) => size > 1).flatMap((found) => [...found]);
  const variants = new Set([...repeated, ...[...places.keys()].filter((place) => samples.has(place))]);
  if (variants.size === 0) return [bundle];
  const shared = [...places].filter(([place]) => !variants.has(place)).flatMap(([, objects]) => objects);
  const taken = new Set(['']);
  const systems = [...variants].map((place) => {
    const own = places.get(place) ?? [];
    const namespaces = new Set(own.map(namespaceOf)).add('');
    for (const namespace of namespaces) taken.add(namespace);
    // What is shared belongs to a variant when it can be referred to from there.
    return bundle.of([...own, ...shared.filter((object) => namespaces.has(namespaceOf(object)))]);
  });
  const rest = shared.filter((object) => !taken.has(namespaceOf(object)));
  return rest.length === 0 ? systems : [...systems, bundle.of(rest)];
}

/**
 * The files of folders of samples: those that repeat a workload or Service of a neighbour and, where they are not the fewer, those beside them that have both. Among many systems a name
 * that was given twice by accident parts its two files alone.
 */
function samplesOf(bundle: Bundle): ReadonlySet<string> {
  const homes = new Map<string, Set<string>>();
  const workloads = new Set<string>();
  const services = new Set<string>();
  for (const object of bundle.objects) {
    const isService = object.kind === 'Service';
    if (!isService && valueAt(object, ['spec', 'template']) === undefined) continue;
    const file = fileOf(bundle, object);
    (isService ? services : workloads).add(file);
    const id = `${path.dirname(file)} ${identityOf(object)}`;
    homes.set(id, (homes.get(id) ?? new Set()).add(file));
  }
  const repeating = new Set([...homes.values()].filter(({ size }) => size > 1).flatMap((files) => [...files]));
  const whole = [...workloads].filter((file) => services.has(file) && !repeating.has(file));
  const [often, seldom] = [repeating, whole].map(countedByFolder) as [Map<string, number>, Map<string, number>];
  const isOfSamples = (folder: string) => (often.get(folder) ?? 0) >= Math.max(1, seldom.get(folder) ?? 0);
  return new Set([...repeating, ...whole.filter((file) => isOfSamples(path.dirname(file)))]);
}

function countedByFolder(files: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(path.dirname(file), (counts.get(path.dirname(file)) ?? 0) + 1);
  return counts;
}

function fileOf(bundle: Bundle, object: Manifest): string {
  return bundle.originOf(object)?.file ?? '';
}
