import { Duration } from 'cdk8s';
import { Problems } from '../../lib/input';
import { deriveTiming, readTiming, readTimingAnnotation, type Timing, timingAnnotation } from '../../lib/timing';
import { FIELDS, readFields, TIMING_KEYS, TIMING_VERSION } from '../../lib/timing/fields';
import { isJudged } from '../../lib/timing/judged';
import { TIMING_FIELD } from '../../lib/timing/timing-field';

const timing = deriveTiming({ pingInterval: Duration.millis(25_500) });

function read(value: unknown): { readonly timing: Timing; readonly problems: readonly string[] } {
  const problems = new Problems();
  const result = readTiming(problems.at('timing'), value);
  return { timing: result, problems: problems.found };
}

/** What version 1 wrote, key by key. */
const FIRST = JSON.stringify({
  pingIntervalSeconds: 30,
  pingTimeoutSeconds: 60,
  effectivePingTimeoutSeconds: 90,
  marginSeconds: 30,
  idleTimeoutSeconds: 120,
  maxConnectionLifetimeSeconds: 86400,
  endpointDetachSeconds: 30,
  preStopSeconds: 30,
  drainSeconds: 50,
  shutdownSeconds: 10,
  startupSeconds: 60,
  workerShutdownTimeoutSeconds: 60,
  terminationGracePeriodSeconds: 120,
  connectionDrainingSeconds: 80,
  affinityTtlSeconds: 10800,
  presenceTtlSeconds: 91,
  replayTtlSeconds: 300,
  keepAliveSeconds: 620,
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

describe('the annotation', () => {
  test('gives back what was written, and says which version wrote it', () => {
    const text = timingAnnotation(timing);
    expect(JSON.parse(text).version).toBe(TIMING_VERSION);
    expect(readTimingAnnotation(text)).toEqual({ timing, problem: undefined });
  });

  test('of the first version is read with what that version meant', () => {
    const { timing: first, problem } = readTimingAnnotation(FIRST);
    expect(problem).toBeUndefined();
    expect(first).toEqual(JSON.parse(FIRST));
    expect(first?.livenessProbe.terminationGracePeriodSeconds).toBeUndefined();
    expect(first?.nodeShutdownSeconds).toBeUndefined();
  });

  test('of a newer version is read without the keys that are not known here', () => {
    const newer = JSON.stringify({ version: TIMING_VERSION + 1, ...timing, handoverSeconds: 3 });
    expect(readTimingAnnotation(newer)).toEqual({ timing, problem: undefined });
  });

  test('a key that an older version could not write becomes what that version meant', () => {
    const { workerShutdownTimeoutSeconds: _gone, ...older } = JSON.parse(FIRST);
    expect(readTimingAnnotation(JSON.stringify(older)).problem).toBe('has no usable workerShutdownTimeoutSeconds');
    expect([...readFields(older, 0).wrong.keys()]).toEqual([]);
  });

  test('a key of a later version, which says what older ones meant, is asked of its own version only', () => {
    const fields = {
      ...FIELDS,
      marginSeconds: { ...FIELDS.marginSeconds, since: 3, before: (older: Timing) => older.drainSeconds - 20 },
    };
    const { marginSeconds: _unknown, ...older } = JSON.parse(FIRST);
    const at = (value: object, version: number) => {
      const { timing: read, wrong } = readFields(value as Record<string, unknown>, version, fields);
      return [read.marginSeconds, [...wrong.keys()]];
    };
    expect(at(older, 2)).toEqual([30, []]);
    expect(at({ ...older, marginSeconds: 12 }, 2)).toEqual([12, []]);
    expect(at({ ...older, marginSeconds: 12 }, 3)).toEqual([12, []]);
    expect(at(older, 3)).toEqual([undefined, ['marginSeconds']]);
    expect(at({ ...older, marginSeconds: 'long' }, 2)).toEqual([undefined, ['marginSeconds']]);
  });

  test('a key that nobody needs is judged where it is given', () => {
    expect(readTimingAnnotation(timingAnnotation({ ...timing, nodeShutdownSeconds: 15 })).timing).toHaveProperty(
      'nodeShutdownSeconds',
      15,
    );
    expect(readTimingAnnotation(JSON.stringify({ version: 2, ...timing, nodeShutdownSeconds: '15' })).problem).toBe(
      'has no usable nodeShutdownSeconds',
    );
  });

  test('nothing to shut down takes no time', () => {
    expect(readTimingAnnotation(timingAnnotation({ ...timing, shutdownSeconds: 0 })).timing?.shutdownSeconds).toBe(0);
  });

  test.each([
    'initialDelaySeconds',
    'periodSeconds',
    'timeoutSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const)('fails on a probe without its %s', (key) => {
    const { [key]: _gone, ...probe } = timing.startupProbe;
    expect(readTimingAnnotation(JSON.stringify({ ...timing, startupProbe: probe })).problem).toBe(
      'has no usable startupProbe',
    );
  });

  test.each([
    ['thirty seconds', 'is no JSON'],
    ['[]', 'is [], not the durations of a timing'],
    ['null', 'is null, not the durations of a timing'],
    ['30', 'is 30, not the durations of a timing'],
    ['{"version":"two"}', 'has the version "two", which is no whole number from 1'],
    ['{"version":0}', 'has the version 0, which is no whole number from 1'],
    ['{}', 'has no usable pingIntervalSeconds, pingTimeoutSeconds, effectivePingTimeoutSeconds, …'],
    [JSON.stringify({ ...timing, drainSeconds: '50' }), 'has no usable drainSeconds'],
    [JSON.stringify({ ...timing, drainSeconds: 1.5 }), 'has no usable drainSeconds'],
    [JSON.stringify({ ...timing, drainSeconds: -1 }), 'has no usable drainSeconds'],
    [JSON.stringify({ ...timing, pingIntervalSeconds: 0 }), 'has no usable pingIntervalSeconds'],
    [JSON.stringify({ ...timing, livenessProbe: null }), 'has no usable livenessProbe'],
    [JSON.stringify({ ...timing, livenessProbe: { periodSeconds: 10 } }), 'has no usable livenessProbe'],
    [
      JSON.stringify({ ...timing, livenessProbe: 3, readinessProbe: 3, drainSeconds: null }),
      'has no usable drainSeconds, livenessProbe, readinessProbe',
    ],
  ])('fails on %s with a sentence', (text, problem) => {
    expect(readTimingAnnotation(text)).toEqual({ timing: undefined, problem });
  });

  test('every key of a timing is read, and nothing else', () => {
    const full = deriveTiming();
    for (const key of Object.keys(full)) expect(TIMING_KEYS).toContain(key);
  });
});

describe('a timing that is given', () => {
  test('is known to be good where deriveTiming returned it', () => {
    expect(isJudged(timing)).toBe(true);
    expect(read(timing)).toEqual({ timing, problems: [] });
  });

  test('is judged once where it is frozen, and each time where it can change', () => {
    const changeable = { ...timing, drainSeconds: 40 };
    expect(read(changeable).problems).toEqual([]);
    expect(isJudged(changeable)).toBe(false);
    changeable.drainSeconds = 500;
    expect(read(changeable).problems).not.toEqual([]);

    const shallow = Object.freeze({ ...timing, livenessProbe: { ...timing.livenessProbe } });
    expect(read(shallow).problems).toEqual([]);
    expect(isJudged(shallow)).toBe(false);

    const frozen = Object.freeze({ ...timing, drainSeconds: 40 });
    expect(read(frozen).timing).toBe(frozen);
    expect(isJudged(frozen)).toBe(true);
  });

  test('is not remembered where it is frozen and broken, and fails each time', () => {
    const broken = Object.freeze({ ...timing, terminationGracePeriodSeconds: 30 });
    expect(read(broken).problems).not.toEqual([]);
    expect(read(broken).problems).toEqual(read({ ...broken }).problems);
    expect(isJudged(broken)).toBe(false);
  });

  test('may carry what is not known here, nothing at all too', () => {
    const more = Object.freeze({ ...timing, drainSeconds: 40, handover: null, by: undefined });
    expect(read(more)).toEqual({ timing: more, problems: [] });
    expect(isJudged(more)).toBe(true);
  });

  test('is a field of what is given to others: needed, and said how to make', () => {
    const problems = new Problems();
    expect(TIMING_FIELD.optional).toBe(false);
    expect(TIMING_FIELD.allowed).toMatch(/deriveTiming/);
    expect(TIMING_FIELD.standIn).toEqual(deriveTiming());
    expect(TIMING_FIELD.read?.(problems, 'timing', timing)).toBe(timing);
    expect(TIMING_FIELD.read?.(problems, 'timing', undefined)).toBeUndefined();
    expect(problems.found).toEqual([]);
    TIMING_FIELD.read?.(problems, 'timing', 30);
    expect(problems.found).toEqual(['timing: 30 is no timing; give what deriveTiming({…}) returned, unchanged']);
  });

  test('fails where it was changed after it was derived, with the invariant that is broken', () => {
    const { problems, timing: instead } = read({ ...timing, terminationGracePeriodSeconds: 30 });
    expect(problems[0]).toMatch(
      /^timing: the termination grace period holds .* terminationGracePeriod 30 s is less than .*; set terminationGracePeriod to at least 210 s/,
    );
    expect(instead).toEqual(deriveTiming());
    expect(isJudged({ ...timing, terminationGracePeriodSeconds: 30 })).toBe(false);
  });

  test.each([
    [undefined, 'timing: undefined is no timing; give what deriveTiming({…}) returned, unchanged'],
    [null, 'timing: null is no timing; give what deriveTiming({…}) returned, unchanged'],
    [30, 'timing: 30 is no timing; give what deriveTiming({…}) returned, unchanged'],
    [[], 'timing: [] is no timing; give what deriveTiming({…}) returned, unchanged'],
    [
      {},
      'timing: has no usable pingIntervalSeconds, pingTimeoutSeconds, effectivePingTimeoutSeconds, …; give what deriveTiming({…}) returned, unchanged',
    ],
    [
      { ...timing, preStopSeconds: '120' },
      'timing.preStopSeconds: "120" is no number of whole seconds; give what deriveTiming({…}) returned, unchanged',
    ],
    [
      { ...timing, pingTimeoutSeconds: Number.NaN },
      'timing.pingTimeoutSeconds: NaN is no number of seconds; give what deriveTiming({…}) returned, unchanged',
    ],
    [
      { ...timing, startupProbe: { ...timing.startupProbe, periodSeconds: 0 } },
      'timing.startupProbe: periodSeconds 0 is no whole number from 1; give what deriveTiming({…}) returned, unchanged',
    ],
    [
      { ...timing, livenessProbe: { ...timing.livenessProbe, terminationGracePeriodSeconds: 0 } },
      'timing.livenessProbe: terminationGracePeriodSeconds 0 is no whole number from 1; give what deriveTiming({…}) returned, unchanged',
    ],
    [
      { ...timing, readinessProbe: { ...timing.readinessProbe, terminationGracePeriodSeconds: 10 } },
      'timing.readinessProbe: terminationGracePeriodSeconds is for the liveness and the startup probe; a readiness probe ends nothing; give what deriveTiming({…}) returned, unchanged',
    ],
    [
      { ...timing, readinessProbe: 'often' },
      'timing.readinessProbe: "often" is no schedule of a probe; give what deriveTiming({…}) returned, unchanged',
    ],
  ])('fails on %j with a sentence', (value, problem) => {
    expect(read(value)).toEqual({ timing: deriveTiming(), problems: [problem] });
  });

  test('fails on three keys with a sentence each, on more with one', () => {
    const three = { ...timing, drainSeconds: -1, shutdownSeconds: -1, startupSeconds: -1 };
    expect(read(three).problems).toHaveLength(3);
    expect(read({ ...three, marginSeconds: -1 }).problems).toHaveLength(1);
  });
});
