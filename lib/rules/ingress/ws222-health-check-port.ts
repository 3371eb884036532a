import { namespaceOf } from '../../manifest/bundle';
import { type FieldPath, numberOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { boundConfigs } from '../../system/backend-config';
import type { Entrance } from '../../system/entrance';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { declaredPorts } from '../../system/pod';
import { workloadsBehind } from '../../system/route';
import type { Observation, Rule } from '../rule';

export const ws222: Rule = {
  code: 'WS222',
  level: 'warning',
  title: 'the balancer’s health check asks a port that the pods have',
  story: 'Every pod is unhealthy although it serves: 502 for everybody.',
  why: 'With network endpoint groups healthCheck.port is a port of the pod, not of the Service. Left out, the check follows the serving port by itself. So is the port of a HealthCheckPolicy.',
  fix: 'Leave port out, or name a port that a container listens on.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#direct_health',
  kinds: [...ENTRANCE_KINDS, 'BackendConfig', 'HealthCheckPolicy'],
  *check(bundle) {
    for (const { config, entrances } of boundConfigs(bundle)) {
      const path = ['spec', 'healthCheck', 'port'];
      const fix = 'leave it out: the check then follows the serving port';
      yield* undeclared(config, path, workloadsOf(entrances), { fix, edits: [{ path }] });
    }
    for (const policy of bundle.ofKind('HealthCheckPolicy')) {
      const target = bundle.find(
        'Service',
        namespaceOf(policy),
        wordsOf(valueAt(policy, ['spec', 'targetRef', 'name'])),
      );
      const workloads = target === undefined ? [] : workloadsBehind(bundle, target);
      for (const kind of CHECKS) {
        const at = ['spec', 'default', 'config', kind];
        // A name, or the serving port itself, takes the place of the number.
        if (!FIXED.includes(valueAt(policy, [...at, 'portSpecification']))) continue;
        const fix = 'name one, or write portSpecification: USE_SERVING_PORT instead';
        yield* undeclared(policy, [...at, 'port'], workloads, { fix });
      }
    }
  },
};

const CHECKS = ['httpHealthCheck', 'httpsHealthCheck', 'http2HealthCheck', 'tcpHealthCheck', 'grpcHealthCheck'];
const FIXED: readonly unknown[] = [undefined, 'USE_FIXED_PORT'];

function workloadsOf(entrances: readonly Entrance[]): readonly Manifest[] {
  return entrances.flatMap(({ workloads }) => workloads);
}

/** A number that none of the containers declares, where they declare any. */
function* undeclared(
  object: Manifest,
  path: FieldPath,
  workloads: readonly Manifest[],
  change: Pick<Observation, 'fix' | 'edits'>,
): Iterable<Observation> {
  const port = numberOf(valueAt(object, path));
  if (port === undefined || workloads.length === 0) return;
  const declared = workloads.flatMap(declaredPorts).map(({ number }) => number);
  if (declared.length === 0 || declared.includes(port)) return;
  yield {
    object,
    path,
    actual: `${port}, which no container behind it declares (${[...new Set(declared)].join(', ')})`,
    expected: 'no port, or one that a container listens on',
    ...change,
  };
}
