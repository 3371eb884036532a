/** Anything that survives a file. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Where in the path something was seen; `edge` is what everybody on the internet reaches. */
export type Hop = string;

/** What everybody on the internet reaches. */
export const EDGE: Hop = 'edge';

/** What was not asked on the way of a connection, but of those who know about it: the API server, kubectl, a cloud. */
export const CLUSTER: Hop = 'cluster';

/** Who was asked. Only `wire` is asked from outside; the others are child processes and logs inside a cluster. */
export type EvidenceSource = 'wire' | 'self' | 'kubernetes' | 'balancer' | 'log' | 'metric' | 'rule';

/**
 * One question and its answer, as it happened and before anybody judged it: one line of an evidence file. Sessions, cookies and
 * tokens are pseudonyms already.
 */
export interface Evidence<Q = Json, A = Json> {
  /** Unique within a file: the probe and a number. The same line twice counts once. */
  readonly ref: string;
  readonly hop: Hop;
  readonly source: EvidenceSource;
  readonly probe: string;
  /** Milliseconds since the run began. */
  readonly at: number;
  /** Milliseconds until the answer. */
  readonly took: number;
  readonly request: Q;
  readonly answer: A;
}

/** The first line of an evidence file: what was asked, and under which conditions. */
export interface Asked {
  readonly holdfast: 'evidence';
  readonly version: 1;
  readonly url: string;
  readonly protocol: 'socket.io' | 'websocket';
  readonly client: 'browser' | 'no-cookies';
  /** The Origin that was sent, and whether it is another site than the target. */
  readonly origin: string;
  readonly crossSite: boolean;
  /** Names of headers and secrets that were sent; never their values. */
  readonly sent: readonly string[];
  readonly startedAt: string;
  readonly quick: boolean;
  readonly budgetSeconds: number;
  /** Remarks on the machine that looked, such as a proxy in its environment. */
  readonly remarks: readonly string[];
  /** Which part of which cluster was looked at; absent where it was looked at from outside only. */
  readonly cluster?: AskedCluster;
}

/** A system inside a cluster, by the names that a person gave. */
export interface AskedCluster {
  readonly context: string;
  readonly namespace: string;
  readonly ingress?: string;
  readonly service?: string;
  /** Why nothing in it could be looked at. */
  readonly refused?: string;
}

/** The last line: how the run ended, and which probes did not run. */
export interface Ended {
  readonly ended: 'complete' | 'interrupted';
  readonly seconds: number;
  readonly skipped: readonly { readonly probe: string; readonly why: string }[];
}

/** Everything a diagnosis rests on. */
export interface Recording {
  readonly asked: Asked;
  readonly evidence: readonly Evidence[];
  readonly ended: Ended;
}

/** Each line once, in the order of time: neither the order of the file nor a line that stands in it twice may change a diagnosis. */
export function inOrder(evidence: readonly Evidence[]): readonly Evidence[] {
  const once = new Map(evidence.map((one) => [one.ref, one]));
  return [...once.values()].sort((a, b) => a.at - b.at || (a.ref < b.ref ? -1 : 1));
}
