import type * as kplus from 'cdk8s-plus-28';
import { checkImageReference, checkLabelName, checkServiceName } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import type * as k8s from '../synth/k8s';

/** What in a pod bears a name, ours and the caller's. */
export interface NamedParts {
  /** Of the workload, and of the application's container. */
  readonly name: string;
  /** Pods with names of their own are found by a Service that is called after the workload. */
  readonly stableNames: boolean;
  readonly hasProxy: boolean;
  readonly hasExporter: boolean;
  /** What listens here, by its port. */
  readonly ports: ReadonlyMap<number, string>;
  readonly storage: string | undefined;
  readonly volumeMounts: readonly kplus.VolumeMount[];
  readonly containers: readonly (kplus.Container | k8s.Container)[];
  readonly initContainers: readonly (kplus.Container | k8s.Container)[];
}

/**
 * Notes names that an API server would refuse, or worse: a volume that is called like one of ours would take its place, and with it `/tmp` or the configuration of nginx.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export function checkPodNames(problems: Problems, pod: NamedParts): void {
  // A label may start with a digit, the name of a Service may not.
  if (pod.stableNames && /^\d/.test(pod.name)) checkServiceName(problems, 'name', pod.name);
  checkVolumeNames(problems, pod);
  checkContainerNames(problems, pod);
}

/** The caller's volumes: those of the application, and those that containers of cdk8s-plus bring along. One may be mounted at several paths. */
export function volumesOf({
  volumeMounts,
  containers,
  initContainers,
}: Pick<NamedParts, 'volumeMounts' | 'containers' | 'initContainers'>): readonly kplus.Volume[] {
  const mounts = [...volumeMounts, ...[...containers, ...initContainers].flatMap(mountsOf)];
  return [...new Set(mounts.map(({ volume }) => volume))];
}

function mountsOf(container: kplus.Container | k8s.Container): readonly kplus.VolumeMount[] {
  return 'mounts' in container ? container.mounts : [];
}

function checkVolumeNames(problems: Problems, pod: NamedParts): void {
  const { hasProxy, storage, volumeMounts } = pod;
  const ours = ['tmp', ...(hasProxy ? ['nginx-config', 'nginx-tmp'] : [])];
  if (storage !== undefined && ours.includes(storage)) {
    problems.add('storage.name', `${shown(storage)} is a volume that every pod here has; choose another name`);
  }
  const taken = new Map<string, kplus.Volume | undefined>(
    [...ours, ...(storage === undefined ? [] : [storage])].map((name) => [name, undefined]),
  );
  const take = (at: string, { volume }: kplus.VolumeMount) => {
    checkLabelName(problems, at, volume.name);
    // One volume may be mounted at several paths.
    if (taken.has(volume.name) && taken.get(volume.name) !== volume) {
      problems.add(at, `${shown(volume.name)} is another volume of this pod; give it another name`);
    }
    taken.set(volume.name, volume);
  };
  volumeMounts.forEach((mount, i) => {
    take(`volumeMounts[${i}].volume`, mount);
  });
  const others = (['containers', 'initContainers'] as const).flatMap((list) =>
    pod[list].map((container, i) => ({ at: `${list}[${i}]`, container })),
  );
  for (const { at, container } of others) {
    mountsOf(container).forEach((mount, j) => {
      take(`${at}.mounts[${j}].volume`, mount);
    });
  }
  for (const { at, container } of others) {
    const mounts = 'volumeMounts' in container ? (container.volumeMounts ?? []) : [];
    mounts.forEach(({ name }, j) => {
      if (taken.has(name)) return;
      problems.add(
        `${at}.volumeMounts[${j}].name`,
        `${shown(name)} is no volume of this pod; its volumes are ${[...taken.keys()].join(', ')}: mount one of cdk8s-plus with volumeMounts, or in a Container of cdk8s-plus`,
      );
    });
  }
}

function checkContainerNames(problems: Problems, pod: NamedParts): void {
  const { name, hasProxy, hasExporter } = pod;
  const ours = [...(hasProxy ? ['nginx'] : []), ...(hasExporter ? ['nginx-exporter'] : [])];
  if (ours.includes(name)) {
    problems.add('name', `${shown(name)} is the container of the proxy in the same pod; choose another name`);
  }
  const taken = new Set([name, ...ours]);
  const listening = new Map(pod.ports);
  for (const list of ['containers', 'initContainers'] as const) {
    pod[list].forEach((container, i) => {
      const at = problems.at(`${list}[${i}]`);
      checkLabelName(at, 'name', container.name);
      const { image } = container as { readonly image?: unknown };
      if (typeof image === 'string') checkImageReference(at, 'image', image);
      else at.add('image', 'is missing; give repository and tag, such as "proxy:1.4.2"');
      if (taken.has(container.name))
        at.add('name', `${shown(container.name)} is another container of this pod; choose another`);
      taken.add(container.name);
      // One that starts the pod has ended when the others listen.
      for (const port of list === 'containers' ? portsOf(container) : []) {
        const other = listening.get(port);
        if (other !== undefined) at.add('ports', `${port} is the port of ${other} in the same pod; choose another`);
        listening.set(port, other ?? `the container ${shown(container.name)}`);
      }
    });
  }
}

/** The TCP ports of a container; the containers of a pod have one address between them. */
function portsOf(container: kplus.Container | k8s.Container): readonly number[] {
  const ports = '_toKube' in container ? container._toKube().ports : container.ports;
  return (ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
}
