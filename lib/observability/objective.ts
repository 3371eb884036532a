import { InvalidInputError, shown } from '../input/problems';
import { seriesOf } from './queries';

/** What is promised to people, and how much of it may be missing. */
export interface Objective {
  readonly id: string;
  readonly title: string;
  /** The promised share of good events. */
  readonly goal: number;
  /** Good and all events, as rates over `%w`. */
  readonly bad: string;
  readonly all: string;
  /** Fewer events than this in an hour say nothing. */
  readonly fewestInAnHour: number;
  readonly firstStep: string;
  readonly cause: `WS5${number}`;
}

/** A speed at which the error budget is spent, seen over two windows so that it ends soon after the trouble does. */
export interface Burn {
  readonly times: number;
  readonly long: string;
  readonly short: string;
  readonly severity: 'critical' | 'warning';
}

/** Four whole weeks, so that no weekend counts twice. */
const OBJECTIVE_HOURS = 28 * 24;

/** @see https://sre.google/workbook/alerting-on-slos/ for the share of the budget, the windows and whom to tell */
const WORKBOOK = [
  { share: 0.02, hours: 1, long: '1h', short: '5m', severity: 'critical' },
  { share: 0.05, hours: 6, long: '6h', short: '30m', severity: 'critical' },
  { share: 0.1, hours: 24, long: '1d', short: '2h', severity: 'warning' },
  { share: 0.1, hours: 72, long: '3d', short: '6h', severity: 'warning' },
] as const;

/** The workbook's four, over 28 days: 13.44, 5.6, 2.8 and 0.93 times the speed that would just use up the budget. */
export const BURNS: readonly Burn[] = WORKBOOK.map(({ share, hours, long, short, severity }) => ({
  times: Math.round(((share * OBJECTIVE_HOURS) / hours) * 100) / 100,
  long,
  short,
  severity,
}));

/** Every window that a burn is seen over. */
export const BURN_WINDOWS: readonly string[] = [...new Set(BURNS.flatMap(({ short, long }) => [short, long]))];

/** The shares that are promised. */
export interface Goals {
  /** Handshakes that succeed. Above 0, below 1. @default 0.999 */
  readonly handshakes?: number;
  /** Connections that something on the way does not break. Above 0, below 1. @default 0.99 */
  readonly lifetimes?: number;
}

/**
 * That people get in, and that they stay.
 *
 * @throws {InvalidInputError} for goals that leave no budget, or promise nothing
 */
export function objectives(goals: Goals = {}): readonly Objective[] {
  const { handshakes = 0.999, lifetimes = 0.99 } = goals;
  const problems = Object.entries({ handshakes, lifetimes })
    .filter(([, goal]) => !(goal > 0 && goal < 1))
    .map(([name, goal]) => `goals.${name}: ${shown(goal)} is out of range; give a share above 0 and below 1`);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const rate = (series: string) => `sum(rate(${series}[%w]))`;
  return [
    {
      id: 'handshakes',
      title: 'Handshakes succeed',
      goal: handshakes,
      bad: `clamp_min(${rate(seriesOf('handshakeAttempts'))} - ${rate(seriesOf('handshakeSuccesses'))}, 0)`,
      all: rate(seriesOf('handshakeAttempts')),
      fewestInAnHour: 100,
      firstStep:
        'Compare the times of the failures with deployments and node drains, and see with which status they are refused.',
      cause: 'WS511',
    },
    {
      id: 'lifetimes',
      title: 'Connections are not broken on the way',
      goal: lifetimes,
      bad: `(${rate(seriesOf('connectionDuration', 'status="error"', 'count'))} or vector(0))`,
      all: rate(seriesOf('connectionDuration', '', 'count')),
      fewestInAnHour: 100,
      firstStep:
        'Look at the ages of the connections that broke: one age is a timeout, one pod is that pod, spread is the network.',
      cause: 'WS519',
    },
  ];
}
