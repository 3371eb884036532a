import { deriveTiming, holds, INVARIANTS, type Timing } from '../../lib/timing';

const timing = deriveTiming();

/** One number of the timing: a key, or a key of a probe. */
type Where = keyof Timing | `${'liveness' | 'readiness' | 'startup'}Probe.${keyof Timing['livenessProbe']}`;

/** Where, the last value with which the invariant holds, and the first with which it does not; everything else is as derived, or as it says beside. */
type Boundary = readonly [where: Where, holds: number, breaks: number, beside?: Partial<Timing>];

/**
 * Counted by hand, from 25 s + 20 s heartbeat, 30 s margin, 120 s preStop, 50 s drain, 10 s shutdown, 60 s start-up:
 * every number that an invariant is about, at its edge.
 */
const BOUNDARIES: Readonly<Record<string, readonly Boundary[]>> = {
  'heartbeat-holds-interval-and-timeout': [
    ['effectivePingTimeoutSeconds', 45, 44],
    ['pingIntervalSeconds', 25, 26],
    ['pingTimeoutSeconds', 20, 21],
  ],
  'idle-outlasts-heartbeat': [
    ['idleTimeoutSeconds', 55, 54],
    ['pingIntervalSeconds', 45, 46],
    ['pingTimeoutSeconds', 40, 41],
  ],
  'lifetime-outlasts-idle': [
    ['maxConnectionLifetimeSeconds', 75, 74],
    ['idleTimeoutSeconds', 86_400, 86_401],
  ],
  'prestop-outlasts-detach': [
    ['preStopSeconds', 120, 119],
    ['endpointDetachSeconds', 120, 121],
  ],
  'grace-holds-shutdown': [
    ['terminationGracePeriodSeconds', 210, 209],
    ['preStopSeconds', 120, 121],
    ['drainSeconds', 50, 51],
    ['shutdownSeconds', 10, 11],
    ['marginSeconds', 30, 31],
  ],
  'node-shutdown-holds-drain': [
    ['nodeShutdownSeconds', 182, 181],
    ['preStopSeconds', 138, 139, { nodeShutdownSeconds: 200 }],
    ['drainSeconds', 68, 69, { nodeShutdownSeconds: 200 }],
    ['shutdownSeconds', 28, 29, { nodeShutdownSeconds: 200 }],
  ],
  'worker-outlasts-drain': [
    ['workerShutdownTimeoutSeconds', 50, 49],
    ['drainSeconds', 60, 61],
  ],
  'grace-holds-worker': [
    ['terminationGracePeriodSeconds', 180, 179],
    ['preStopSeconds', 150, 151],
    ['workerShutdownTimeoutSeconds', 90, 91],
  ],
  'grace-holds-sidecar': [
    ['terminationGracePeriodSeconds', 185, 184],
    ['preStopSeconds', 145, 146],
    ['drainSeconds', 75, 76],
    ['shutdownSeconds', 35, 36],
  ],
  'balancer-drain-covers-pod-drain': [
    ['connectionDrainingSeconds', 170, 169],
    ['preStopSeconds', 120, 121],
    ['drainSeconds', 50, 51],
  ],
  'balancer-drain-within-limit': [
    ['endpointDetachSeconds', 3550, 3551],
    ['drainSeconds', 3480, 3481],
  ],
  'affinity-at-least-3h': [['affinityTtlSeconds', 10_800, 10_799]],
  'affinity-at-most-24h': [['affinityTtlSeconds', 86_400, 86_401]],
  'presence-outlasts-heartbeat': [
    ['presenceTtlSeconds', 46, 45],
    ['pingIntervalSeconds', 25, 26],
    ['pingTimeoutSeconds', 20, 21],
  ],
  'replay-outlasts-replacement': [
    ['replayTtlSeconds', 270, 269],
    ['terminationGracePeriodSeconds', 240, 241],
    ['startupSeconds', 90, 91],
  ],
  'keep-alive-outlasts-balancer': [['keepAliveSeconds', 601, 600]],
  'keep-alive-outlasts-idle': [
    ['keepAliveSeconds', 76, 75],
    ['idleTimeoutSeconds', 619, 620],
  ],
  'liveness-timeout-within-period': [
    ['livenessProbe.periodSeconds', 6, 5],
    ['livenessProbe.timeoutSeconds', 9, 10],
  ],
  'readiness-timeout-within-period': [
    ['readinessProbe.periodSeconds', 4, 3],
    ['readinessProbe.timeoutSeconds', 4, 5],
  ],
  'startup-timeout-within-period': [
    ['startupProbe.periodSeconds', 4, 3],
    ['startupProbe.timeoutSeconds', 4, 5],
  ],
  'liveness-kills-within-grace': [
    ['terminationGracePeriodSeconds', 10, 9],
    ['livenessProbe.terminationGracePeriodSeconds', 210, 211],
  ],
  'startup-kills-within-grace': [
    ['terminationGracePeriodSeconds', 10, 9],
    ['startupProbe.terminationGracePeriodSeconds', 210, 211],
  ],
  'liveness-slower-than-readiness': [
    ['livenessProbe.periodSeconds', 4, 3],
    ['livenessProbe.failureThreshold', 2, 1],
    ['readinessProbe.periodSeconds', 14, 15],
    ['readinessProbe.failureThreshold', 5, 6],
  ],
  'startup-forgives': [
    ['startupProbe.periodSeconds', 5, 4],
    ['startupProbe.failureThreshold', 12, 11],
    ['startupSeconds', 60, 61],
  ],
};

function changed(where: Where, value: number, beside: Partial<Timing> = {}): Timing {
  const [key, field] = where.split('.') as [keyof Timing, string | undefined];
  return field === undefined
    ? { ...timing, ...beside, [key]: value }
    : { ...timing, ...beside, [key]: { ...(timing[key] as object), [field]: value } };
}

test('every invariant has its boundaries, and no boundary belongs to none', () => {
  expect(Object.keys(BOUNDARIES)).toEqual(INVARIANTS.map(({ code }) => code));
});

describe.each(INVARIANTS.map((invariant) => [invariant.code, invariant] as const))('%s', (code, invariant) => {
  const boundaries = BOUNDARIES[code] ?? [];

  test.each(boundaries.map(([where, good, bad, beside = {}]) => [where, good, bad, beside] as const))(
    '%s: holds with %d, fails with %d',
    (where, good, bad, beside) => {
      expect(holds(invariant, changed(where, good, beside))).toBe(true);
      expect(holds(invariant, changed(where, bad, beside))).toBe(false);
    },
  );

  test('each duration that it adds up has a boundary of its own', () => {
    for (const quantity of [...invariant.outlasting, ...invariant.outlasted]) {
      const fixed = Object.keys(timing).every((key) => {
        const value = timing[key as keyof Timing];
        const other =
          typeof value === 'number' ? value + 1 : { ...(value as object), periodSeconds: 99, timeoutSeconds: 98 };
        return quantity.secondsIn({ ...timing, [key]: other }) === quantity.secondsIn(timing);
      });
      const moves = boundaries.some(
        ([where, good, bad]) => quantity.secondsIn(changed(where, good)) !== quantity.secondsIn(changed(where, bad)),
      );
      expect([quantity.name, fixed || moves]).toEqual([quantity.name, true]);
    }
  });
});
