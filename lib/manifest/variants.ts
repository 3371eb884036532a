import * as path from 'node:path';
import { type Bundle, namespaceOf } from './bundle';
import { valueAt } from './field';
import { groupedBy } from './grouped';
import { identityOf, type Manifest } from './manifest';

/**
 * Takes apart what cannot be in one cluster at the same time. Where folders hold objects of the same name (an environment in each, a platform in each), every such folder is a
 * system of its own, together with what stands in the folders that share no name with another. Where files of one folder hold workloads or Services of the same name, it is a folder of
 * samples, and each of these files is a system of its own.
 */
export function variantsOf(bundle: Bundle): readonly Bundle[] {
  return bundle.once(takenApart);
}

/** An object with what is asked of it again and again. */
interface Placed {
  readonly object: Manifest;
  readonly identity: string;
  readonly file: string;
  readonly folder: string;
}

function takenApart(bundle: Bundle): readonly Bundle[] {
  const placed = placedIn(bundle);
  const samples = samplesIn(placed);
  const placeOf = ({ file, folder }: Placed) => (samples.has(file) ? file : folder);
  const places = groupedBy(placed, placeOf);
  const homes = new Map<string, Set<string>>();
  for (const one of placed) add(homes, one.identity, placeOf(one));
  const repeated = [...homes.values()].filter(({ size }) => size > 1).flatMap((found) => [...found]);
  const variants = new Set([...repeated, ...[...places.keys()].filter((place) => samples.has(place))]);
  if (variants.size === 0) return [bundle];
  const shared = [...places].filter(([place]) => !variants.has(place)).flatMap(([, members]) => members.map(objectOf));
  const taken = new Set(['']);
  const samplesOf = groupedBy(
    placed.filter(({ file }) => samples.has(file)),
    ({ folder }) => folder,
  );
  const systems = [...variants].map((place) => {
    const own = (places.get(place) ?? []).map(objectOf);
    const namespaces = new Set(own.map(namespaceOf)).add('');
    for (const namespace of namespaces) taken.add(namespace);
    // What is shared belongs to a variant when it can be referred to from there.
    const isAround = (object: Manifest) => namespaces.has(namespaceOf(object));
    // A sample leaves out what another file of its folder has; what names no namespace may get one of those that nothing here names.
    const samplesBeside = samples.has(place) ? (samplesOf.get(path.dirname(place)) ?? []).map(objectOf) : [];
    const beside = [...samplesBeside, ...shared.filter((object) => !isAround(object))];
    return bundle.of([...own, ...shared.filter(isAround)], beside);
  });
  const rest = shared.filter((object) => !taken.has(namespaceOf(object)));
  return rest.length === 0 ? systems : [...systems, bundle.of(rest)];
}

function placedIn(bundle: Bundle): readonly Placed[] {
  const folders = new Map<string, string>();
  return bundle.objects.map((object) => {
    const file = bundle.originOf(object)?.file ?? '';
    const folder = folders.get(file) ?? (file === '' ? '' : path.dirname(file));
    folders.set(file, folder);
    return { object, identity: identityOf(object), file, folder };
  });
}

/**
 * The files of folders of samples: those that repeat a workload or Service of a neighbour and, where they are not the fewer, those beside them that have both. Among many systems a name
 * that was given twice by accident parts its two files alone.
 */
function samplesIn(placed: readonly Placed[]): ReadonlySet<string> {
  const homes = new Map<string, Set<string>>();
  const workloads = new Set<string>();
  const services = new Set<string>();
  for (const { object, identity, file, folder } of placed) {
    const isService = object.kind === 'Service';
    if (!isService && valueAt(object, ['spec', 'template']) === undefined) continue;
    (isService ? services : workloads).add(file);
    add(homes, `${folder} ${identity}`, file);
  }
  const repeating = new Set([...homes.values()].filter(({ size }) => size > 1).flatMap((files) => [...files]));
  if (repeating.size === 0) return repeating;
  const whole = [...workloads].filter((file) => services.has(file) && !repeating.has(file));
  const [often, seldom] = [repeating, whole].map(countedByFolder) as [Map<string, number>, Map<string, number>];
  const isOfSamples = (folder: string) => (often.get(folder) ?? 0) >= Math.max(1, seldom.get(folder) ?? 0);
  return new Set([...repeating, ...whole.filter((file) => isOfSamples(path.dirname(file)))]);
}

function objectOf({ object }: Placed): Manifest {
  return object;
}

function countedByFolder(files: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(path.dirname(file), (counts.get(path.dirname(file)) ?? 0) + 1);
  return counts;
}

function add(index: Map<string, Set<string>>, at: string, one: string): void {
  const found = index.get(at);
  if (found === undefined) index.set(at, new Set([one]));
  else found.add(one);
}
