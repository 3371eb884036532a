import { Duration } from 'cdk8s';
import fc from 'fast-check';
import {
  brokenInvariants,
  deriveTiming,
  describe as explain,
  INVARIANTS,
  type Timing,
  TimingError,
  type TimingProps,
} from '../../lib/timing';
import { reasonOf } from '../../lib/timing/describe';
import { messageOf } from '../problems';

const seconds = (n: number) => Duration.seconds(n);

/** Inputs that a system can have: everything in range, and a drain that balancers accept. */
const derivable: fc.Arbitrary<TimingProps> = fc
  .record({
    pingInterval: fc.integer({ min: 1000, max: 3_600_000 }).map((ms) => Duration.millis(ms)),
    pingTimeout: fc.integer({ min: 1000, max: 3_600_000 }).map((ms) => Duration.millis(ms)),
    maxConnectionLifetime: fc.integer({ min: 20_000, max: 31_536_000 }).map(seconds),
    endpointDetach: fc.integer({ min: 1, max: 1800 }).map(seconds),
    drain: fc.integer({ min: 1, max: 1800 }).map(seconds),
    shutdown: fc.integer({ min: 0, max: 3600 }).map(seconds),
    startup: fc.integer({ min: 1, max: 3600 }).map(seconds),
    margin: fc.integer({ min: 10, max: 3600 }).map(seconds),
  })
  .map((props) => props);

describe('deriving', () => {
  test('every derivable input satisfies every invariant', () => {
    fc.assert(
      fc.property(derivable, (props) => {
        expect(brokenInvariants(deriveTiming(props))).toEqual([]);
      }),
    );
  });

  test('anything in range is either derived without a broken invariant or refused', () => {
    const any = fc.record(
      {
        pingInterval: fc.integer({ min: 1, max: 3600 }).map(seconds),
        pingTimeout: fc.integer({ min: 1, max: 3600 }).map(seconds),
        maxConnectionLifetime: fc.integer({ min: 60, max: 200_000 }).map(seconds),
        endpointDetach: fc.integer({ min: 1, max: 3600 }).map(seconds),
        drain: fc.integer({ min: 1, max: 3600 }).map(seconds),
        terminationGracePeriod: fc.integer({ min: 1, max: 4000 }).map(seconds),
        idleTimeout: fc.integer({ min: 1, max: 4000 }).map(seconds),
        connectionDraining: fc.integer({ min: 0, max: 3600 }).map(seconds),
        affinityTtl: fc.integer({ min: 1, max: 100_000 }).map(seconds),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(any, (props) => {
        let timing: Timing;
        try {
          timing = deriveTiming(props);
        } catch (error) {
          expect(error).toBeInstanceOf(TimingError);
          return;
        }
        expect(brokenInvariants(timing)).toEqual([]);
      }),
    );
  });

  test('Socket.IO on Google, nothing else known: safe by the documented facts', () => {
    expect(deriveTiming()).toMatchObject({
      idleTimeoutSeconds: 75, // 25 + 20 + 30
      maxConnectionLifetimeSeconds: 86_400,
      preStopSeconds: 120,
      terminationGracePeriodSeconds: 210, // Google's own recipe for groups of network endpoints
      connectionDrainingSeconds: 170,
      keepAliveSeconds: 620,
    });
  });

  test.each([
    ['minimum', 10, 60],
    ['recommended', 30, 80],
    ['conservative', 60, 110],
  ])('25 s + 25 s with the %s margin gives an idle timeout of the documented length', (_name, margin, idle) => {
    const timing = deriveTiming({ pingInterval: seconds(25), pingTimeout: seconds(25), margin: seconds(margin) });
    expect(timing.idleTimeoutSeconds).toBe(idle);
  });

  test('the documented chat backend: presence, replay, probes and a grace period above 45 s', () => {
    const timing = deriveTiming({
      pingInterval: seconds(25),
      pingTimeout: seconds(25),
      endpointDetach: seconds(10),
      drain: seconds(30),
      shutdown: seconds(2),
    });
    expect(timing).toMatchObject({
      effectivePingTimeoutSeconds: 50,
      presenceTtlSeconds: 51,
      replayTtlSeconds: 300,
      preStopSeconds: 10,
      drainSeconds: 30,
      livenessProbe: {
        initialDelaySeconds: 30,
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 3,
        successThreshold: 1,
      },
      readinessProbe: {
        initialDelaySeconds: 10,
        periodSeconds: 5,
        timeoutSeconds: 3,
        failureThreshold: 2,
        successThreshold: 1,
      },
      startupProbe: {
        initialDelaySeconds: 0,
        periodSeconds: 5,
        timeoutSeconds: 3,
        failureThreshold: 12,
        successThreshold: 1,
      },
    });
    expect(timing.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(45);
  });

  test.each([
    [0, 10],
    [10, 10],
    [11, 11],
    [45, 45],
  ])(
    'a container that is judged dead, with %d s to shut down, has %d s, whatever its hook waits for',
    (shutdown, left) => {
      const timing = deriveTiming({ shutdown: seconds(shutdown) });
      expect(timing.livenessProbe.terminationGracePeriodSeconds).toBe(left);
      expect(timing.startupProbe.terminationGracePeriodSeconds).toBe(left);
      expect(timing.readinessProbe).not.toHaveProperty('terminationGracePeriodSeconds');
      expect(timing.preStopSeconds).toBeGreaterThan(left);
    },
  );

  test.each([
    // room for 3, 13, 28, 198 and 598 s
    [5, 1, 2, 0],
    [15, 4, 7, 2],
    [30, 9, 15, 4],
    [200, 66, 50, 10],
    [600, 120, 50, 10],
  ])('a node that leaves its pods %d s: preStop %d s, drain %d s, shutdown %d s', (left, preStop, drain, shutdown) => {
    const timing = deriveTiming({ nodeShutdown: seconds(left) });
    expect(timing).toMatchObject({
      nodeShutdownSeconds: left,
      preStopSeconds: preStop,
      drainSeconds: drain,
      shutdownSeconds: shutdown,
    });
    expect(deriveTiming()).not.toHaveProperty('nodeShutdownSeconds');
  });

  test('fails on a drain that a node which is taken back cuts', () => {
    expect(() => deriveTiming({ nodeShutdown: seconds(15), drain: seconds(30) })).toThrow(
      'a node that is taken back leaves its pods preStop, drain and shutdown: nodeShutdown 15 s is less than preStop 4 s + drain 30 s + shutdown 2 s + 2 s; ' +
        'set nodeShutdown to at least 38 s, or drain to at most 7 s (otherwise preStop uses up what the node leaves, and every connection on it is cut at once)',
    );
  });

  test('a heartbeat of fractions of a second is rounded up where a whole number is needed', () => {
    const timing = deriveTiming({ pingInterval: Duration.millis(25_500), pingTimeout: seconds(20) });
    expect(timing).toMatchObject({ pingIntervalSeconds: 25.5, idleTimeoutSeconds: 76, presenceTtlSeconds: 47 });
  });

  test('the result is frozen, and survives being written as JSON', () => {
    const timing = deriveTiming();
    expect(Object.isFrozen(timing) && Object.isFrozen(timing.livenessProbe)).toBe(true);
    expect(JSON.parse(JSON.stringify(timing))).toEqual(timing);
  });
});

describe('invariants', () => {
  const timing = deriveTiming();

  test('codes are unique, and each says what it is, what happens otherwise and where it comes from', () => {
    expect(new Set(INVARIANTS.map(({ code }) => code)).size).toBe(INVARIANTS.length);
    for (const invariant of INVARIANTS) {
      expect(invariant.code).toMatch(/^[a-z0-9-]+$/);
      expect(invariant.sentence).not.toBe('');
      expect(invariant.otherwise).not.toBe('');
      expect(invariant.source).toMatch(/^https:\/\//);
    }
  });

  test('each change that a message proposes repairs the invariant, and a second less does not', () => {
    const grace = (n: number) => () =>
      deriveTiming({ endpointDetach: seconds(10), drain: seconds(90), terminationGracePeriod: seconds(n) });
    const proposed = /set terminationGracePeriod to at least (\d+) s/.exec(messageOf(grace(60)))?.[1];
    expect(proposed).toBe('140');
    expect(grace(140)).not.toThrow();
    expect(grace(139)).toThrow(TimingError);

    expect(messageOf(grace(51))).toContain(
      'the termination grace period holds preStop, drain, application shutdown and margin: terminationGracePeriod 51 s is less than ' +
        'preStop 10 s + drain 90 s + shutdown 10 s + margin 30 s; set terminationGracePeriod to at least 140 s, or drain to at most 1 s ' +
        '(otherwise the kubelet kills the process while it still has connections)',
    );
    expect(messageOf(grace(50))).toContain('set terminationGracePeriod to at least 140 s (otherwise');

    const drain = /drain to at most (\d+) s/.exec(messageOf(grace(60)))?.[1];
    expect(drain).toBe('10');
    const drained = (n: number) => () =>
      deriveTiming({ endpointDetach: seconds(10), drain: seconds(n), terminationGracePeriod: seconds(60) });
    expect(drained(10)).not.toThrow();
    expect(drained(11)).toThrow(TimingError);
  });

  test('one without anything to set is described without advice, and each can be', () => {
    const slow = INVARIANTS.find(({ code }) => code === 'liveness-timeout-within-period');
    const broken = { ...timing, livenessProbe: { ...timing.livenessProbe, timeoutSeconds: 10 } };
    expect(slow && explain(slow, broken)).not.toContain('; set ');
    expect(slow && explain(slow, broken)).toBe(slow && reasonOf(slow, broken));
    const idle = INVARIANTS.find(({ code }) => code === 'idle-outlasts-heartbeat');
    expect(idle && reasonOf(idle, { ...timing, idleTimeoutSeconds: 30 })).toMatch(
      /idleTimeout 30 s is less than pingInterval 25 s \+ pingTimeout 20 s \+ 10 s \(otherwise/,
    );
  });

  test('a broken invariant is described with its values', () => {
    const idle = INVARIANTS.find(({ code }) => code === 'idle-outlasts-heartbeat');
    expect(idle && explain(idle, { ...timing, idleTimeoutSeconds: 30 })).toBe(
      'idle timeouts outlast the longest silence of a healthy connection by at least 10 s: ' +
        'idleTimeout 30 s is less than pingInterval 25 s + pingTimeout 20 s + 10 s; ' +
        'set idleTimeout to at least 55 s (otherwise proxies and balancers cut connections whose next ping is on its way)',
    );
  });
});
