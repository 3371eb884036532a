import { listOf, mappingOf, numberOf } from '../../manifest/field';
import { blockOf, boundConfigs } from '../../system/backend-config';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { containersOf } from '../../system/pod';
import type { Rule } from '../rule';

export const ws222: Rule = {
  code: 'WS222',
  level: 'warning',
  title: 'the balancer’s health check asks a port that the pods have',
  story: 'Every pod is unhealthy although it serves: 502 for everybody.',
  why: 'With network endpoint groups healthCheck.port is a port of the pod, not of the Service. Left out, the check follows the serving port by itself.',
  fix: 'Leave port out, or name a port that a container listens on.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#direct_health',
  kinds: [...ENTRANCE_KINDS, 'BackendConfig'],
  *check(bundle) {
    for (const { config, entrances } of boundConfigs(bundle)) {
      const port = numberOf(blockOf(config, 'healthCheck').port);
      const workloads = entrances.flatMap((entrance) => entrance.workloads);
      if (port === undefined || workloads.length === 0) continue;
      const declared = workloads.flatMap((one) =>
        containersOf(one).flatMap(({ value }) =>
          listOf(value.ports).map((entry) => numberOf(mappingOf(entry).containerPort)),
        ),
      );
      if (declared.length === 0 || declared.includes(port)) continue;
      const path = ['spec', 'healthCheck', 'port'];
      yield {
        object: config,
        path,
        actual: `${port}, which no container behind it declares (${[...new Set(declared)].join(', ')})`,
        expected: 'no port, or one that a container listens on',
        fix: 'leave it out: the check then follows the serving port',
        edits: [{ path }],
      };
    }
  },
};
