import { Lazy } from 'cdk8s';
import { type Problems, shown } from '../input/problems';
import { CONFIG_HASH } from '../manifest/config-hash';
import * as k8s from '../synth/k8s';
import type { Timing } from '../timing/timing';

type Labels = Readonly<Record<string, string>>;

/** What the pods of different workloads differ in, apart from their containers. */
export interface PodSpecParts {
  /** The labels that select them. */
  readonly selector: Labels;
  readonly timing: Timing;
  readonly serviceAccountName: string;
  readonly mountToken: boolean;
  /** The group that owns the files on the volumes. */
  readonly group: number;
  readonly sysctls: readonly k8s.Sysctl[];
  readonly imagePullSecrets: readonly string[] | undefined;
  readonly volumes: readonly k8s.Volume[];
}

/** A pod without its containers: restricted, spread over zones and nodes, and given the whole shutdown before it is killed. */
export function podSpec(parts: PodSpecParts): Record<string, unknown> {
  return k8s.toJson_PodSpec({
    serviceAccountName: parts.serviceAccountName,
    automountServiceAccountToken: parts.mountToken,
    // Links to Services would put an environment variable for each of them into every container.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: parts.timing.terminationGracePeriodSeconds,
    restartPolicy: 'Always',
    securityContext: {
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      fsGroup: parts.group,
      // Changing the owner of every file at each start keeps a large volume from starting at all.
      fsGroupChangePolicy: 'OnRootMismatch',
      ...(parts.sysctls.length > 0 ? { sysctls: [...parts.sysctls] } : {}),
    },
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      topologyKey,
      maxSkew: 1,
      // A volume of one zone must not keep its pod from being scheduled there.
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { ...parts.selector } },
    })),
    imagePullSecrets: parts.imagePullSecrets?.map((name) => ({ name })),
    volumes: [...parts.volumes],
    containers: [],
  } as k8s.PodSpec) as Record<string, unknown>;
}

/** What stands on a pod besides its labels. */
export interface PodAnnotations {
  readonly safeToEvict: boolean;
  readonly container: string;
  /** Replaces the pods when their configuration changes. */
  readonly configHash: (() => string) | undefined;
  /** The caller's own. */
  readonly own?: Readonly<Record<string, string>>;
}

/** The metadata of a pod template. */
export function podMetadata(labels: Labels, { safeToEvict, container, configHash, own }: PodAnnotations): object {
  return {
    labels: { ...labels },
    annotations: {
      ...own,
      'cluster-autoscaler.kubernetes.io/safe-to-evict': String(safeToEvict),
      'kubectl.kubernetes.io/default-container': container,
      ...(configHash === undefined ? {} : { [CONFIG_HASH]: Lazy.any({ produce: configHash }) }),
    },
  };
}

/** The API server warns of a Secret that stands there twice, and a later version may refuse it. */
export function checkPullSecrets(problems: Problems, secrets: readonly { readonly name: string }[] = []): void {
  const names = secrets.map(({ name }) => name);
  names.forEach((name, index) => {
    const first = names.indexOf(name);
    if (first < index) {
      problems.add(
        `imagePullSecrets[${index}]`,
        `${shown(name)} is the same as imagePullSecrets[${first}]; give each Secret once`,
      );
    }
  });
}
