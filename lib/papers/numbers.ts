import type { SystemOnPaper } from './system-on-paper';

/** The numbers of a system, each with what it means. */
export function numbersOf(system: SystemOnPaper): readonly (readonly [what: string, value: string])[] {
  const { timing: t, replicas, kind, name } = system;
  const workload: [string, string] = [
    'workload',
    `\`${kind}/${name}\`${replicas === undefined ? '' : `, ${replicas} ${replicas === 1 ? 'pod' : 'pods'}`}`,
  ];
  if (!system.carried)
    return [
      workload,
      ['heartbeat', `${system.heartbeat}; given up after ${t.effectivePingTimeoutSeconds} s of silence`],
      [
        'idle timeout that this needs of every layer',
        `${t.idleTimeoutSeconds} s; \`holdfast check\` names the layer that has less`,
      ],
      ['a pod that ends', `waits ${t.preStopSeconds} s, is gone within ${t.terminationGracePeriodSeconds} s`],
    ];
  return [
    workload,
    [
      'heartbeat',
      `a ping every ${t.pingIntervalSeconds} s, ${t.pingTimeoutSeconds} s to answer; given up after ${t.effectivePingTimeoutSeconds} s of silence`,
    ],
    ['idle timeout of every layer', `${t.idleTimeoutSeconds} s`],
    ['longest life of a connection', `${t.maxConnectionLifetimeSeconds} s`],
    ['a client stays bound to its pod for', `${t.affinityTtlSeconds} s`],
    [
      'a pod that ends',
      `waits ${t.preStopSeconds} s, closes its connections over ${t.drainSeconds} s, is gone within ${t.terminationGracePeriodSeconds} s`,
    ],
  ];
}

export function numbersTable(system: SystemOnPaper): string {
  return [
    '| what | number |',
    '| --- | --- |',
    ...numbersOf(system).map(([what, value]) => `| ${what} | ${value} |`),
  ].join('\n');
}

/** How long a rollout takes at most: pods of a StatefulSet go one after another, and each needs its grace period and its start. */
export function rolloutSeconds({ replicas = 1, timing }: SystemOnPaper): number {
  return (
    replicas *
    (timing.terminationGracePeriodSeconds + timing.startupProbe.periodSeconds * timing.startupProbe.failureThreshold)
  );
}
