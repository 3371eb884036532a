/** What the API server answered. */
export interface ApiAnswer {
  /** The status of HTTP; 0 where nothing answered. */
  readonly status: number;
  readonly body: string;
  /** The first line that says who answered, such as `nginx`; empty where nobody said. */
  readonly server: string;
}

/** Ports of a pod that are reachable on this machine as long as it is open. */
export interface Forwarded {
  /** The port on 127.0.0.1 for each port of the pod. */
  readonly ports: ReadonlyMap<number, number>;
  /** Why it did not come about; empty where it did. */
  readonly error: string;
  readonly close: () => void;
}

/** A change, as the API server takes it. */
export interface Patch {
  readonly path: string;
  /** JSON Patch; `test` operations make it fail where the object is no longer what it was. */
  readonly operations: readonly object[];
  /** The server judges it and stores nothing. */
  readonly dryRun: boolean;
}

/** The way to a cluster. Everything that is asked of it or changed in it goes through here, so that a recording can stand in for it. */
export interface Cluster {
  readonly context: string;
  readonly namespace: string;
  /** Requests that went to the API server. */
  readonly calls: () => number;
  readonly get: (path: string) => Promise<ApiAnswer>;
  readonly patch: (patch: Patch) => Promise<ApiAnswer>;
  /** Asks a pod to go, as a drain of its node does: a disruption budget may say no. */
  readonly evict: (pod: string) => Promise<ApiAnswer>;
  /** Opens a way into the pod's own network, past its address and every NetworkPolicy. */
  readonly forward: (pod: string, ports: readonly number[]) => Promise<Forwarded>;
  readonly close: () => void;
}
