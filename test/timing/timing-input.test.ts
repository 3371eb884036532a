import { Duration } from 'cdk8s';
import { deriveTiming, type TimingError, type TimingProps } from '../../lib/timing';
import { messageOf } from '../problems';

const seconds = (n: number) => Duration.seconds(n);

describe('bad input', () => {
  test('fails with every broken invariant at once', () => {
    const problems = (() => {
      try {
        deriveTiming({ idleTimeout: seconds(40), connectionDraining: seconds(30), affinityTtl: seconds(60) });
      } catch (error) {
        return (error as TimingError).problems;
      }
      return [];
    })();
    expect(problems).toEqual([
      expect.stringContaining('idleTimeout 40 s is less than pingInterval 25 s + pingTimeout 20 s + 10 s'),
      expect.stringContaining(
        'connectionDraining 30 s is less than preStop 120 s + drain 50 s; set connectionDraining to at least 170 s',
      ),
      expect.stringContaining(
        'affinityTtl 60 s is less than shortest affinity 10800 s; set affinityTtl to at least 10800 s',
      ),
    ]);
  });

  test.each([null, [], 30, 'fast'])('fails on %j where a set of inputs belongs', (props) => {
    expect(messageOf(() => deriveTiming(props as never))).toBe(
      `${JSON.stringify(props)} is not a set of timing inputs; give { pingInterval, pingTimeout }`,
    );
  });

  test.each([[null], ['25 s'], [{}]])('fails on %j where a Duration belongs', (value) => {
    expect(messageOf(() => deriveTiming({ pingInterval: value as never }))).toMatch(
      /^pingInterval: .* is not a Duration; write Duration\.seconds\(…\) or Duration\.millis\(…\)$/,
    );
  });

  test.each<[keyof TimingProps, number, number]>([
    ['pingInterval', 1, 3600],
    ['pingTimeout', 1, 3600],
    ['maxConnectionLifetime', 60, 31_536_000],
    ['endpointDetach', 1, 3600],
    ['drain', 1, 3600],
    ['shutdown', 0, 3600],
    ['startup', 1, 3600],
    ['margin', 10, 3600],
    // A second each for preStop, drain and shutdown, and the kubelet's own two.
    ['nodeShutdown', 5, 3600],
    ['terminationGracePeriod', 1, 604_800],
    ['idleTimeout', 1, 604_800],
    ['connectionDraining', 0, 3600],
    ['affinityTtl', 1, 1_209_600],
  ])('%s is taken from %d s to %d s, and fails beyond', (name, least, most) => {
    const problem = (amount: number) => {
      try {
        deriveTiming({ [name]: seconds(amount) });
      } catch (error) {
        return (error as TimingError).problems.find((one) => one.includes('is out of range'));
      }
      return undefined;
    };
    expect([problem(least), problem(most)]).toEqual([undefined, undefined]);
    expect(problem(most + 1)).toBe(`${name}: ${most + 1} s is out of range; give ${least} s to ${most} s`);
    if (least > 0)
      expect(problem(least - 1)).toBe(`${name}: ${least - 1} s is out of range; give ${least} s to ${most} s`);
  });

  test('a heartbeat may have fractions of a millisecond', () => {
    expect(deriveTiming({ pingInterval: seconds(25.0005) }).pingIntervalSeconds).toBe(25.0005);
  });

  test('fails on a number where a Duration belongs, and says how to write it', () => {
    expect(messageOf(() => deriveTiming({ pingInterval: 25_000 as never }))).toBe(
      'pingInterval: 25000 is not a Duration; write Duration.seconds(…) or Duration.millis(…)',
    );
  });

  test('fails on durations out of range, on fractions where whole seconds are needed, and on names it does not know', () => {
    expect(
      messageOf(() =>
        deriveTiming({ drain: seconds(0), shutdown: Duration.millis(1500), pingIntervall: seconds(3) } as TimingProps),
      ),
    ).toBe(
      [
        '3 problems:',
        '  - pingIntervall: is not a timing input; the inputs are pingInterval, pingTimeout, maxConnectionLifetime, endpointDetach, drain, shutdown, startup, margin, nodeShutdown, terminationGracePeriod, idleTimeout, connectionDraining, affinityTtl',
        '  - drain: 0 s is out of range; give 1 s to 3600 s',
        '  - shutdown: 1.5 s ends in a field that takes whole seconds; give 2 s',
      ].join('\n'),
    );
  });
});
