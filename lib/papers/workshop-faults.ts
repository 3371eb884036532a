/** The riddles of the workshop: faults of the lab by name, the cause that each is, and how long people take. */
export const FAULT_CAUSES: readonly (readonly [fault: string, cause: string, minutes: number])[] = [
  ['no-affinity-nginx', 'WS501', 10],
  ['idle-timeout-nginx', 'WS520', 10],
  ['lifetime', 'WS519', 10],
  ['closed-at-once', 'WS531', 10],
  ['proxy-reloaded', 'WS533', 10],
  ['worker-connections', 'WS534', 10],
];
