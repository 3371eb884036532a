import * as k8s from '../synth/k8s';
import { MIN_READY_SECONDS, PROGRESS_DEADLINE_SECONDS } from '../timing/fixed';
import { TIMING_ANNOTATION, timingAnnotation } from '../timing/read-timing';
import type { Timing } from '../timing/timing';
import { claimSpec, type Storage } from './storage';

/** The pods of a workload: their number, unless an autoscaler decides it, and what each is made of. */
export interface Pods {
  readonly replicas?: number;
  readonly template: object;
}

type Labels = Readonly<Record<string, string>>;

/** The metadata of a Deployment or StatefulSet. */
export function workloadMetadata(
  name: string,
  labels: Labels,
  timing: Timing,
  annotations: Labels = {},
): k8s.ObjectMeta {
  return {
    name,
    labels: { ...labels },
    annotations: { ...annotations, [TIMING_ANNOTATION]: timingAnnotation(timing) },
  };
}

/**
 * Pods that are replaced one by one, a new one first; or, with `exclusive`, all at once: a surge pod would wait for a volume that the pod it
 * replaces still holds.
 */
export function deploymentSpec(pods: Pods, selector: Labels, exclusive = false): object {
  return {
    ...pods,
    selector: { matchLabels: { ...selector } },
    strategy: exclusive
      ? { type: 'Recreate' }
      : { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    minReadySeconds: MIN_READY_SECONDS,
    progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
    revisionHistoryLimit: 10,
  };
}

/** Pods with a number of their own, replaced one by one from the highest, each gone before its successor starts. */
export function statefulSetSpec(
  pods: Pods,
  selector: Labels,
  serviceName: string,
  storage: Storage | undefined,
): object {
  return {
    ...pods,
    selector: { matchLabels: { ...selector } },
    serviceName,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    minReadySeconds: MIN_READY_SECONDS,
    revisionHistoryLimit: 10,
    ...(storage === undefined ? {} : claims(storage, selector)),
  };
}

function claims(storage: Storage, labels: Labels): object {
  return {
    // Data outlives both a smaller number of pods and the deletion of the set.
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    volumeClaimTemplates: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: storage.name, labels: { ...labels } },
        spec: k8s.toJson_PersistentVolumeClaimSpec(claimSpec(storage)),
        // The API server adds it, and without it every apply would find a list that differs.
        status: { phase: 'Pending' },
      },
    ],
  };
}
