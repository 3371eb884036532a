import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { type FieldPath, listOf, mappingOf, textOf, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { isAbsent } from '../absence';
import { type ContainerAt, containersOf, POD_SPEC, podSpecOf } from '../pod';

/** A file that a container finds, with the ConfigMap that it is from. */
export interface MountedFile {
  readonly configMap: Manifest;
  readonly path: FieldPath;
  /** Where the container finds it. */
  readonly file: string;
  readonly text: string;
}

/** What a container mounts of ConfigMaps. */
export interface Mounted {
  readonly files: readonly MountedFile[];
  /** What is mounted over a whole folder hides what the image has there. */
  readonly folders: readonly string[];
  /** Something is mounted whose content is not among these objects. */
  readonly more: boolean;
}

/** Why a file of a ConfigMap does not get to a container. */
export interface MountFlaw {
  readonly object: Manifest;
  readonly path: FieldPath;
  readonly actual: string;
  readonly expected: string;
  readonly fix: string;
}

/** One ConfigMap of a volume: the file names in the volume, each with its key. */
interface Source {
  readonly configMap: Manifest;
  readonly files: ReadonlyMap<string, string>;
}

/** The files of ConfigMaps that a container finds, whether they are mounted one by one, as a folder, or merged in a projected volume. */
export function mountedIn(bundle: Bundle, workload: Manifest, container: ContainerAt): Mounted {
  const files: MountedFile[] = [];
  const folders: string[] = [];
  let more = false;
  for (const mount of listOf(container.value.volumeMounts).map(mappingOf)) {
    const volume = volumesOf(workload).find(({ name }) => name === mount.name);
    const sources = volume === undefined ? undefined : sourcesOf(bundle, workload, volume);
    const at = (textOf(mount.mountPath) ?? '').replace(/\/+$/, '');
    const subPath = textOf(mount.subPath);
    if (subPath === undefined) folders.push(at);
    if (sources === undefined) {
      more ||= volume?.emptyDir === undefined;
      continue;
    }
    for (const { configMap, files: names } of sources) {
      for (const [name, key] of names) {
        const text = textOf(mappingOf(configMap.data)[key]);
        if (text === undefined || (subPath !== undefined && subPath !== name)) continue;
        const file = subPath === undefined ? `${at}/${name}` : at;
        files.push({ configMap, path: ['data', key], file, text });
      }
    }
  }
  return { files, folders, more };
}

function volumesOf(workload: Manifest): readonly Readonly<Record<string, unknown>>[] {
  return listOf(podSpecOf(workload).volumes).map(mappingOf);
}

/** The parts of a volume that name ConfigMaps: itself, or the sources of a projected one. */
function partsOf(
  volume: Readonly<Record<string, unknown>>,
): readonly { readonly value: Readonly<Record<string, unknown>>; readonly path: FieldPath; readonly name: unknown }[] {
  const single = mappingOf(volume.configMap);
  if (single.name !== undefined) return [{ value: single, path: ['configMap'], name: single.name }];
  return listOf(mappingOf(volume.projected).sources).flatMap((source, i) => {
    const value = mappingOf(mappingOf(source).configMap);
    return value.name === undefined
      ? []
      : [{ value, path: ['projected', 'sources', i, 'configMap'], name: value.name }];
  });
}

/** `undefined` where the volume holds something else, or a ConfigMap that is not among these objects. */
function sourcesOf(
  bundle: Bundle,
  workload: Manifest,
  volume: Readonly<Record<string, unknown>>,
): readonly Source[] | undefined {
  const parts = partsOf(volume);
  if (parts.length === 0) return undefined;
  const found: Source[] = [];
  for (const { value, name } of parts) {
    const configMap = bundle.find('ConfigMap', namespaceOf(workload), wordsOf(name));
    if (configMap === undefined) return undefined;
    const items = listOf(value.items).map(mappingOf);
    const files =
      items.length > 0
        ? items.map(({ key, path }) => [wordsOf(path ?? key), wordsOf(key)] as const)
        : Object.keys(mappingOf(configMap.data)).map((key) => [key, key] as const);
    found.push({ configMap, files: new Map(files) });
  }
  return found;
}

/** ConfigMaps that every namespace gets from the cluster. */
const OF_THE_CLUSTER =
  /^(kube-root-ca\.crt|istio-ca-root-cert|openshift-service-ca\.crt|linkerd-identity-trust-roots)$/;

/** Where the way of a ConfigMap into the containers of a workload ends: a name, a key or a volume that is not there. */
export function mountFlaws(bundle: Bundle, workload: Manifest): readonly MountFlaw[] {
  const namespace = namespaceOf(workload);
  const volumes = volumesOf(workload);
  const dangling = volumes.flatMap((volume, i) =>
    partsOf(volume).flatMap(({ value, path, name }): readonly MountFlaw[] => {
      const at = [...POD_SPEC, 'volumes', i, ...path];
      const configMap = bundle.find('ConfigMap', namespace, wordsOf(name));
      if (value.optional === true || OF_THE_CLUSTER.test(wordsOf(name))) return [];
      if (configMap === undefined)
        return isAbsent(bundle, 'ConfigMap', workload)
          ? [
              {
                object: workload,
                path: [...at, 'name'],
                actual: `volume ${wordsOf(volume.name)} is of ConfigMap ${wordsOf(name)}, which is not among these objects`,
                expected: 'a ConfigMap that exists',
                fix: 'correct the name, or check the ConfigMap together with the workload',
              },
            ]
          : [];
      const keys = [...Object.keys(mappingOf(configMap.data)), ...Object.keys(mappingOf(configMap.binaryData))];
      return listOf(value.items).flatMap((item, j) => {
        const key = wordsOf(mappingOf(item).key);
        if (keys.includes(key)) return [];
        return [
          {
            object: workload,
            path: [...at, 'items', j, 'key'],
            actual: `key ${key}, which ConfigMap ${configMap.metadata.name} does not have`,
            expected: `one of its keys: ${keys.join(', ') || 'it has none'}`,
            fix: `name ${keys[0] ?? 'a key that is there'}`,
          },
        ];
      });
    }),
  );
  return [...dangling, ...containersOf(workload).flatMap((container) => containerFlaws(bundle, workload, container))];
}

function containerFlaws(bundle: Bundle, workload: Manifest, container: ContainerAt): readonly MountFlaw[] {
  const volumes = volumesOf(workload);
  const claims = listOf(mappingOf(workload.spec).volumeClaimTemplates).map(
    (one) => mappingOf(mappingOf(one).metadata).name,
  );
  return listOf(container.value.volumeMounts).flatMap((entry, i): readonly MountFlaw[] => {
    const mount = mappingOf(entry);
    const volume = volumes.find(({ name }) => name === mount.name);
    const at = [...container.path, 'volumeMounts', i];
    if (volume === undefined && !claims.includes(mount.name))
      return [
        {
          object: workload,
          path: [...at, 'name'],
          actual: `container ${container.name} mounts volume ${wordsOf(mount.name)}, which the pod does not have`,
          expected: `one of ${volumes.map(({ name }) => wordsOf(name)).join(', ') || 'its volumes, of which it has none'}`,
          fix: 'correct the name, or add the volume',
        },
      ];
    const sources = volume === undefined ? undefined : sourcesOf(bundle, workload, volume);
    const subPath = textOf(mount.subPath);
    if (sources === undefined || subPath === undefined) return [];
    const names = sources.flatMap(({ files }) => [...files.keys()]);
    if (names.some((name) => name === subPath || name.startsWith(`${subPath}/`))) return [];
    return [
      {
        object: workload,
        path: [...at, 'subPath'],
        actual: `subPath ${subPath}, which volume ${wordsOf(mount.name)} does not hold`,
        expected: `one of ${names.join(', ') || 'its files, of which it has none'}`,
        fix: `name ${names[0] ?? 'a file that is there'}`,
      },
    ];
  });
}
