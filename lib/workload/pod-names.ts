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

function checkVolumeNames(problems: Problems, { hasProxy, storage, volumeMounts }: NamedParts): void {
  const ours = ['tmp', ...(hasProxy ? ['nginx-config', 'nginx-tmp'] : [])];
  if (storage !== undefined && ours.includes(storage)) {
    problems.add('storage.name', `${shown(storage)} is a volume that every pod here has; choose another name`);
  }
  const taken = new Map<string, kplus.Volume | undefined>(
    [...ours, ...(storage === undefined ? [] : [storage])].map((name) => [name, undefined]),
  );
  volumeMounts.forEach(({ volume }, i) => {
    checkLabelName(problems, `volumeMounts[${i}].volume`, volume.name);
    // One volume may be mounted at several paths.
    if (taken.has(volume.name) && taken.get(volume.name) !== volume) {
      problems.add(
        `volumeMounts[${i}].volume`,
        `${shown(volume.name)} is another volume of this pod; give it another name`,
      );
    }
    taken.set(volume.name, volume);
  });
}

function checkContainerNames(problems: Problems, pod: NamedParts): void {
  const { name, hasProxy, hasExporter } = pod;
  const ours = [...(hasProxy ? ['nginx'] : []), ...(hasExporter ? ['nginx-exporter'] : [])];
  if (ours.includes(name)) {
    problems.add('name', `${shown(name)} is the container of the proxy in the same pod; choose another name`);
  }
  const taken = new Set([name, ...ours]);
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
    });
  }
}
