import { listOf, mappingOf, numberOf, textOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import type { Entrance } from './entrance';
import { containersOf } from './pod';

/** The port of the pods that an entrance leads to. */
export function targetOf({ port, workloads }: Entrance): number | undefined {
  const target = port?.value.targetPort ?? port?.value.port;
  const number = numberOf(target);
  if (number !== undefined) return number;
  return workloads.flatMap(portsOf).find(({ name }) => name === target)?.number;
}

/** Its name in the container, where it has one. */
export function targetName(entrance: Entrance): string | undefined {
  const target = entrance.port?.value.targetPort;
  if (typeof target === 'string' && numberOf(target) === undefined) return target;
  const number = targetOf(entrance);
  return entrance.workloads.flatMap(portsOf).find((port) => port.number === number)?.name;
}

function portsOf(
  workload: Manifest,
): readonly { readonly name: string | undefined; readonly number: number | undefined }[] {
  return containersOf(workload).flatMap(({ value }) =>
    listOf(value.ports).map((entry) => ({
      name: textOf(mappingOf(entry).name),
      number: numberOf(valueAt(entry, ['containerPort'])),
    })),
  );
}
