/** How long a connection may live, whatever it does; or how long it may be silent. Never both. */
export type TimeoutMeaning = 'lifetime' | 'idle';

/** One setting of a balancer that takes seconds. */
export interface Knob {
  /** Where it is written. */
  readonly field: string;
  readonly minSeconds: number;
  /** `Infinity` where the platform states no maximum; the same as the minimum where it cannot be told otherwise. */
  readonly maxSeconds: number;
  /** What applies when nothing is written; `undefined` where the platform leaves the feature off. */
  readonly defaultSeconds: number | undefined;
  /** Where the numbers come from. */
  readonly source: string;
}

/** What is known of a balancer that ends no silent connection by a knob: it ends none, or nothing that its makers wrote says what it does. */
export type NoTimeout = 'none' | 'undocumented';

/** What is known of one kind of balancer. */
export interface EntranceLimits {
  /** As people call it. */
  readonly title: string;
  /** The title is a name and takes no article: "ingress-nginx", and "the AWS Application Load Balancer". @default false */
  readonly isName?: boolean;
  readonly timeout: (Knob & { readonly meaning: TimeoutMeaning }) | NoTimeout;
  /** The age at which a connection is closed, where that is a knob besides the timeout. @default - no such knob */
  readonly lifetime?: Knob;
  /** How long one request may wait for its answer: long polls do, a WebSocket that is open does not. @default - the timeout says it */
  readonly answer?: Knob;
  /** A connection is closed at this age even when it is active and the timeout says otherwise. `Infinity`: no such age. */
  readonly lifetimeCapSeconds: number;
  /** For how long an endpoint that was taken out may finish what it has. */
  readonly drain: Knob | undefined;
  /** Lifetime of the affinity cookie. */
  readonly affinityTtl: Knob | undefined;
}
