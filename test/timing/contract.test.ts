import { applicationTiming, CONTRACT, deriveTiming, timingEnvironment } from '../../lib/timing';

const timing = deriveTiming();

test('the environment of a pod, in whole milliseconds', () => {
  expect(timingEnvironment(timing)).toEqual({
    SOCKET_HEARTBEAT_INTERVAL_MS: '25000',
    SOCKET_HEARTBEAT_GRACE_MS: '20000',
    SOCKET_PRESENCE_TTL_MS: '46000',
    SOCKET_REPLAY_TTL_MS: '300000',
    SOCKET_DRAIN_MS: '50000',
    SOCKET_SHUTDOWN_MS: '10000',
    HTTP_KEEP_ALIVE_MS: '620000',
  });
});

test('what an application is told, as numbers', () => {
  const told = applicationTiming({ ...timing, pingIntervalSeconds: 25.0004 });
  expect(told).toEqual({
    heartbeatIntervalMs: 25_000,
    heartbeatGraceMs: 20_000,
    presenceTtlMs: 46_000,
    replayTtlMs: 300_000,
    drainMs: 50_000,
    shutdownMs: 10_000,
    keepAliveMs: 620_000,
  });
  expect(Object.isFrozen(told)).toBe(true);
});

test('each variable is named for its unit, once, says what it means, and may be 0 only where that means at once', () => {
  const variables = Object.values(CONTRACT);
  expect(new Set(variables.map(({ variable }) => variable)).size).toBe(variables.length);
  for (const { variable, meaning, field } of variables) {
    expect(variable).toMatch(/^[A-Z_]+_MS$/);
    expect(meaning).not.toBe('');
    expect(typeof timing[field]).toBe('number');
  }
  expect(Object.entries(CONTRACT).flatMap(([name, { leastMs }]) => (leastMs === 0 ? [name] : []))).toEqual([
    'replayTtlMs',
    'drainMs',
    'shutdownMs',
  ]);
});
