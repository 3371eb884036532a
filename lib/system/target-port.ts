import { numberOf } from '../manifest/field';
import type { Entrance } from './entrance';
import { declaredPorts, targetNumber } from './pod';

/** The port of the pods that an entrance leads to. */
export function targetOf({ port, workloads }: Entrance): number | undefined {
  return targetNumber(port?.value ?? {}, workloads);
}

/** Its name in the container, where it has one. */
export function targetName(entrance: Entrance): string | undefined {
  const target = entrance.port?.value.targetPort;
  if (typeof target === 'string' && numberOf(target) === undefined) return target;
  const number = targetOf(entrance);
  return entrance.workloads.flatMap(declaredPorts).find((port) => port.number === number)?.name;
}
