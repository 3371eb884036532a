import { quantityValue } from '../../input/quantity';
import { type FieldPath, listOf, mappingOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { serversOf } from '../../system/evidence';
import { nginxRoomOf } from '../../system/nginx-room';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { autoscalersOf } from '../../system/scaling';
import type { Rule } from '../rule';

/** What a metric of connections is called. */
const CONNECTIONS = /connection|socket|session|client/i;

export const ws322: Rule = {
  code: 'WS322',
  level: 'warning',
  title: 'pods are added before the nginx in them is full',
  story:
    'Clients are refused or dropped by every pod, and the autoscaler, which could add twenty more, sees nothing to do.',
  why: 'It adds a pod when the pods have more connections than its target on average. What nginx does not take is no connection: with a target above that number the average never gets there.',
  fix: 'Set the target of connections for each pod below what its nginx takes, or let nginx take more.',
  source: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details',
  kinds: [...ENTRANCE_KINDS, 'ConfigMap', 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const room = nginxRoomOf(bundle, workload);
      if (room === undefined) continue;
      for (const scaler of autoscalersOf(bundle, workload)) {
        for (const { path, written, connections } of targetsOf(scaler)) {
          if (!(connections > room.clients)) continue;
          yield {
            object: scaler,
            path,
            actual: `${written} connections for each pod, whose nginx ${room.because}`,
            expected: `at most ${room.clients}`,
            fix: `set it below ${room.clients}, or let the nginx of each pod take more than ${connections}`,
          };
        }
      }
    }
  },
};

interface Target {
  readonly path: FieldPath;
  readonly written: string;
  readonly connections: number;
}

/** How many connections each pod is to have. A total that is not divided by the pods says nothing about one of them. */
function targetsOf(scaler: Manifest): readonly Target[] {
  const metrics = listOf(valueAt(scaler, ['spec', 'metrics']))
    .map(mappingOf)
    .flatMap((metric, index): Target[] => {
      const type = textOf(metric.type);
      const source =
        type === 'Pods' ? 'pods' : type === 'External' ? 'external' : type === 'Object' ? 'object' : undefined;
      if (source === undefined) return [];
      const { metric: named, target } = mappingOf(metric[source]);
      return targetOf(
        textOf(mappingOf(named).name),
        ['spec', 'metrics', index, source, 'target', 'averageValue'],
        mappingOf(target).averageValue,
      );
    });
  const triggers = listOf(valueAt(scaler, ['spec', 'triggers']))
    .map(mappingOf)
    .flatMap((trigger, index): Target[] => {
      const { query, metricName, threshold } = mappingOf(trigger.metadata);
      if ((trigger.metricType ?? 'AverageValue') !== 'AverageValue') return [];
      return targetOf(
        `${textOf(metricName) ?? ''} ${textOf(query) ?? ''}`,
        ['spec', 'triggers', index, 'metadata', 'threshold'],
        threshold,
      );
    });
  return [...metrics, ...triggers];
}

function targetOf(metric: string | undefined, path: FieldPath, value: unknown): Target[] {
  if (metric === undefined || !CONNECTIONS.test(metric) || (typeof value !== 'string' && typeof value !== 'number'))
    return [];
  return [{ path, written: wordsOf(value), connections: quantityValue(wordsOf(value)) }];
}
