import type { RunReport } from './report';

/** One of the documented success criteria, as far as a run can show it. */
export interface Criterion {
  /** The healthy condition. */
  readonly sentence: string;
  readonly holds: (report: RunReport) => boolean;
}

/** Documented: a client is back within 5 s. */
export const RECONNECT_WITHIN_MS = 5000;

/** Documented: less than 1 % of connections end where nothing was replaced. */
const CHURN_ELSEWHERE = 0.01;

/**
 * Clients that lose their connection together come back within the one second that Socket.IO's first delay is spread over; of those that
 * were closed over several seconds far fewer do.
 */
const STORM_WITHIN_ONE_SECOND = 0.6;

/** Below this there is no telling a storm from chance. */
const SMALL = 10;

/** What every run must show. A broken configuration fails these, and which ones says how it is broken. */
export const CRITERIA = {
  everybodyConnects: {
    sentence: 'every client connects',
    holds: ({ neverConnected }) => neverConnected === 0,
  },
  noDropElsewhere: {
    sentence: 'no WebSocket ends outside of a replaced pod',
    holds: ({ droppedElsewhere }) => droppedElsewhere.webSocket === 0,
  },
  littleChurn: {
    sentence: 'less than 1 % of connections end outside of a replaced pod',
    holds: ({ churnElsewhere }) => churnElsewhere < CHURN_ELSEWHERE,
  },
  backSoon: {
    sentence: 'clients are back within 5 s',
    holds: ({ reconnect }) => reconnect.p99Ms < RECONNECT_WITHIN_MS,
  },
  asAStream: {
    sentence: 'clients of a replaced pod come back as a stream and not as a storm',
    holds: ({ undisturbedPeak, largestDrop }) =>
      undisturbedPeak <= Math.max(SMALL, largestDrop * STORM_WITHIN_ONE_SECOND),
  },
  mayComeBack: {
    sentence: 'no client is told to stay away',
    holds: ({ forbidden }) => forbidden === 0,
  },
  nothingLost: {
    sentence: 'no message is lost',
    holds: ({ messages }) => messages.lost === 0,
  },
} as const satisfies Readonly<Record<string, Criterion>>;

export type CriterionName = keyof typeof CRITERIA;

/** The criteria that a run did not meet. */
export function failed(report: RunReport): CriterionName[] {
  return (Object.keys(CRITERIA) as CriterionName[]).filter((name) => !CRITERIA[name].holds(report));
}
