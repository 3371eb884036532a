import { listOf, mappingOf, numberOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { entrancesTo } from '../../system/entrances';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { type ContainerAt, containersOf } from '../../system/pod';
import { recognized } from '../../system/servers/all';
import type { Protocol } from '../../system/servers/server';
import type { Rule } from '../rule';

export const ws306: Rule = {
  code: 'WS306',
  level: 'warning',
  title: 'pods behind a balancer say when they are ready',
  story:
    'A rollout goes on to the next pod while the last one is still starting. Clients are moved to processes that do not answer.',
  why: 'Without a readiness probe a pod counts as ready as soon as its process runs.',
  fix: 'Give the serving container a readinessProbe.',
  source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      if (entrancesTo(bundle, workload).length === 0) continue;
      const containers = containersOf(workload);
      const [serving] = containers.filter(({ value }) => value.ports !== undefined);
      const container = serving ?? containers.at(-1);
      if (container === undefined || containers.some(({ value }) => value.readinessProbe !== undefined)) continue;
      yield {
        object: workload,
        path: [...container.path, 'readinessProbe'],
        actual: 'no container has one',
        expected: 'a readinessProbe that fails while the pod cannot take connections',
        fix: `give container ${container.name} readinessProbe: {${probeOf(workload, container)}, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2}`,
      };
    }
  },
};

/** What is asked in another way than by HTTP. */
const WITHOUT_HTTP: readonly Protocol[] = ['MQTT', 'NATS', 'XMPP'];

function probeOf(workload: Manifest, { value }: ContainerAt): string {
  const port = numberOf(mappingOf(listOf(value.ports)[0]).containerPort) ?? '…';
  const protocol = recognized(workload)?.server.protocol;
  return protocol !== undefined && WITHOUT_HTTP.includes(protocol)
    ? `tcpSocket: {port: ${port}}`
    : `httpGet: {path: the path of its own health check, port: ${port}}`;
}
