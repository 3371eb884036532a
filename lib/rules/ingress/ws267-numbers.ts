import { type FieldPath, listOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { containersOf, POD_SPEC, WORKLOAD_KINDS } from '../../system/pod';
import type { Rule } from '../rule';

const FIELDS: Readonly<Record<string, readonly FieldPath[]>> = {
  BackendConfig: [
    ['spec', 'timeoutSec'],
    ['spec', 'connectionDraining', 'drainingTimeoutSec'],
    ['spec', 'sessionAffinity', 'affinityCookieTtlSec'],
    ...['checkIntervalSec', 'timeoutSec', 'healthyThreshold', 'unhealthyThreshold', 'port'].map((name) => [
      'spec',
      'healthCheck',
      name,
    ]),
  ],
  GCPBackendPolicy: [
    ['spec', 'default', 'timeoutSec'],
    ['spec', 'default', 'connectionDraining', 'drainingTimeoutSec'],
    ['spec', 'default', 'sessionAffinity', 'cookieTtlSec'],
  ],
  HealthCheckPolicy: ['checkIntervalSec', 'timeoutSec', 'healthyThreshold', 'unhealthyThreshold'].map((name) => [
    'spec',
    'default',
    name,
  ]),
  HorizontalPodAutoscaler: [
    ['spec', 'minReplicas'],
    ['spec', 'maxReplicas'],
  ],
  ScaledObject: ['minReplicaCount', 'maxReplicaCount', 'cooldownPeriod', 'pollingInterval'].map((name) => [
    'spec',
    name,
  ]),
};
const OF_A_WORKLOAD: readonly FieldPath[] = [
  ['spec', 'replicas'],
  ['spec', 'minReadySeconds'],
  [...POD_SPEC, 'terminationGracePeriodSeconds'],
];
const OF_A_PROBE = ['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold'];
/** What is filled in before anybody applies it: `${REPLICAS:-2}` of envsubst and Flux, `$(REPLICAS)`, `{{ replicas }}`. */
const PLACEHOLDER = /^\s*(\$\{.*\}|\$\(.*\)|\$[A-Za-z_]\w*|\{\{.*\}\})\s*$/;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

export const ws267: Rule = {
  code: 'WS267',
  level: 'error',
  title: 'numbers are written as numbers',
  story:
    'The API server refuses the object in the middle of a deployment, over quotes or a unit that a template added.',
  why: 'These fields are integers. A text, whatever stands in it, is a value of another type, and "60s" is no number at all.',
  fix: 'Write the number alone, without quotes and without a unit.',
  source:
    'https://kubernetes.io/docs/reference/using-api/api-concepts/#validation-for-unrecognized-or-duplicate-fields',
  kinds: [...Object.keys(FIELDS), ...WORKLOAD_KINDS],
  *check(bundle) {
    for (const object of bundle.ofKind(...Object.keys(FIELDS), ...WORKLOAD_KINDS)) {
      for (const path of FIELDS[object.kind] ?? inWorkload(object)) {
        const text = textOf(valueAt(object, path));
        if (text === undefined || PLACEHOLDER.test(text)) continue;
        const amount = /^\s*(\d+)\s*$/.exec(text)?.[1];
        yield {
          object,
          path,
          actual: `the text "${text}"`,
          expected: 'a number',
          fix: `write ${amount ?? (Number.parseInt(text, 10) || 'a whole number')} without quotes${amount === undefined ? ' and unit' : ''}`,
          ...(amount === undefined ? {} : { edits: [{ path, value: Number(amount) }] }),
        };
      }
    }
  },
};

function inWorkload(workload: Manifest): readonly FieldPath[] {
  const inContainers = containersOf(workload).flatMap(({ path, value }) => [
    ...PROBES.flatMap((probe) => OF_A_PROBE.map((field) => [...path, probe, field])),
    ...listOf(value.ports).map((_port, i) => [...path, 'ports', i, 'containerPort']),
  ]);
  return [...OF_A_WORKLOAD, ...inContainers];
}
