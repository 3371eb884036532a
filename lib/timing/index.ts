/** Where seconds are decided: few inputs, every derived duration, the limits of the platforms and what must always be true. */
export { type BalancerTiming, behindBalancer } from './balancer';
export {
  type ApplicationTiming,
  applicationTiming,
  CONTRACT,
  type ContractVariable,
  timingEnvironment,
} from './contract';
export { brokenInvariants, describe, holds } from './describe';
export { INVARIANTS, type Invariant, type Quantity } from './invariants';
export {
  BALANCERS,
  type BalancerKind,
  type BalancerLimits,
  type EntranceKind,
  type EntranceLimits,
  type Knob,
  limitsOf,
  type NoTimeout,
  type ReadKind,
  SHORTEST_LIFETIME_SECONDS,
  type TimeoutMeaning,
} from './limits';
export {
  type CarriedTiming,
  readTiming,
  readTimingAnnotation,
  TIMING_ANNOTATION,
  timingAnnotation,
} from './read-timing';
export { drawTimeline, shutdownTimeline, type TimelineEvent, type TimelineOptions } from './timeline';
export { type MeasuredMark, type TimelineSvgOptions, timelineSvg } from './timeline-svg';
export {
  deriveTiming,
  type ProbeSchedule,
  type Timing,
  TimingError,
  type TimingProps,
} from './timing';
