import { listOf, mappingOf, textOf } from '../../manifest/field';
import { entrancesOf } from '../../system/entrances';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { containersOf } from '../../system/pod';
import type { Rule } from '../rule';

export const ws316: Rule = {
  code: 'WS316',
  level: 'error',
  title: 'a Service targets a port name that its pods have',
  story: 'The Service has no endpoints: 502 for everybody, while every pod is green.',
  why: 'A targetPort in letters is looked up among the names of the containers’ ports, and a pod without that name is left out.',
  fix: 'Name the port in the container, or target its number.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const { service, port, workloads } of entrancesOf(bundle)) {
      const target = textOf(port?.value.targetPort);
      if (target === undefined || port === undefined || workloads.length === 0 || /^\d+$/.test(target)) continue;
      const names = workloads.flatMap((one) =>
        containersOf(one).flatMap(({ value }) => listOf(value.ports).map((entry) => textOf(mappingOf(entry).name))),
      );
      if (names.includes(target)) continue;
      yield {
        object: service,
        path: ['spec', 'ports', port.index, 'targetPort'],
        actual: `"${target}", which no container of ${workloads.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')} has`,
        expected: `one of ${[...new Set(names.filter((name) => name !== undefined))].join(', ') || 'the container’s ports, by number'}`,
        fix: 'name the port of the container so, or target its number',
      };
    }
  },
};
