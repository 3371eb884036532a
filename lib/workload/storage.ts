import { checkLabelName, checkMountPath, checkSubdomainName } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { checkBytes } from '../input/quantity';
import { optional, type Shape, text } from '../input/shape';
import { DEFAULT_DRAIN_FLAG } from '../nginx';
import * as k8s from '../synth/k8s';

/** How many nodes may mount a volume at once. */
export type AccessMode = 'ReadWriteOnce' | 'ReadWriteOncePod' | 'ReadWriteMany';

const ACCESS_MODES: readonly AccessMode[] = ['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'];

/** What survives a pod. */
export interface StorageProps {
  /**
   * `pod`: every replica has a claim of its own and finds it again under the same name; the server becomes a StatefulSet.
   * `workload`: all replicas share one claim; the server is a Deployment, and with a claim that one node mounts it has one replica
   * that is replaced only after it has gone.
   *
   * A claim of a pod is not a claim of a user: when affinity moves a user to another pod, another disk is there.
   */
  readonly per: 'pod' | 'workload';

  /** Where the volume is mounted in the application's container. */
  readonly mountPath: string;

  /** A Kubernetes quantity, such as `20Gi`. */
  readonly size: string;

  /**
   * The storage class. Changing it later replaces every claim.
   *
   * @default "standard-rwo", the balanced persistent disk that every GKE cluster has
   * @see https://docs.cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes
   */
  readonly storageClass?: string;

  /** @default "ReadWriteOnce" */
  readonly accessMode?: AccessMode;

  /** The name of the volume, and the first part of the claims' names. @default "workspace" */
  readonly name?: string;
}

/** Storage with every default filled in. */
export type Storage = Required<StorageProps>;

/** What {@link StorageProps} hold. */
export const STORAGE_SHAPE: Shape<StorageProps> = {
  per: text('pod'),
  mountPath: text('/home/app'),
  size: text('20Gi'),
  storageClass: optional(text('standard-rwo')),
  accessMode: optional(text('ReadWriteOnce')),
  name: optional(text('workspace')),
};

/** Reads the storage of a server of up to `replicas` pods. */
export function readStorage(problems: Problems, props: StorageProps, replicas: number): Storage {
  const storage: Storage = { storageClass: 'standard-rwo', accessMode: 'ReadWriteOnce', name: 'workspace', ...props };
  if (storage.per !== 'pod' && storage.per !== 'workload')
    problems.add('per', `${shown(storage.per)} is unknown; give "pod" or "workload"`);
  checkMountPath(problems, 'mountPath', storage.mountPath);
  if (storage.mountPath === '/tmp') {
    problems.add(
      'mountPath',
      `${shown(storage.mountPath)} is in use; give a directory of its own, such as "/home/app"`,
    );
  }
  checkBesideFlag(problems, 'mountPath', storage.mountPath);
  checkBytes(problems, 'size', storage.size);
  checkSubdomainName(problems, 'storageClass', storage.storageClass);
  checkLabelName(problems, 'name', storage.name);
  if (!ACCESS_MODES.includes(storage.accessMode)) {
    problems.add('accessMode', `${shown(storage.accessMode)} is unknown; give one of ${ACCESS_MODES.join(', ')}`);
  }
  if (storage.per === 'workload' && replicas > 1 && storage.accessMode !== 'ReadWriteMany') {
    problems.add(
      'per',
      `${replicas} replicas cannot share one ${storage.accessMode} claim: each new pod waits for the volume that an old pod holds, and the old pod waits ` +
        'for the new one to be ready; give every pod its own (per: "pod"), or run one replica, or use a ReadWriteMany class',
    );
  }
  if (storage.per === 'pod' && storage.accessMode === 'ReadWriteMany') {
    problems.add(
      'accessMode',
      '"ReadWriteMany" is for a claim that pods share; a pod with a claim of its own takes "ReadWriteOnce"',
    );
  }
  return storage;
}

/** Nothing may be mounted where the drain flag is made and removed. */
export function checkBesideFlag(problems: Problems, path: string, mountPath: string): void {
  if (`${mountPath}/`.startsWith(`${DEFAULT_DRAIN_FLAG}/`)) {
    problems.add(path, `${shown(mountPath)} is where the drain flag stands; choose another path`);
  }
}

/** The spec of a claim, for a StatefulSet's template or for one claim that stands alone. */
export function claimSpec(storage: Storage): k8s.PersistentVolumeClaimSpec {
  return {
    accessModes: [storage.accessMode],
    storageClassName: storage.storageClass,
    volumeMode: 'Filesystem',
    resources: { requests: { storage: k8s.Quantity.fromString(storage.size) } },
  };
}
