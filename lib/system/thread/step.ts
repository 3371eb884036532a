import type { FieldPath } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { Controller } from '../entrance';
import type { BackendReference } from '../route';

/**
 * Does the thread go on here?
 *
 * - `holds`: the manifests show that it does.
 * - `broken`: they show that it does not.
 * - `doubtful`: nothing shows that it does, and something would be expected to.
 * - `unknown`: what would tell is not among these manifests.
 */
export type StepState = 'holds' | 'broken' | 'doubtful' | 'unknown';

/** One place that a request passes on its way from the route to the process. */
export interface Step {
  readonly at:
    | 'route'
    | 'rewrite'
    | 'service'
    | 'pods'
    | 'target'
    | 'mount'
    | 'listen'
    | 'location'
    | 'path'
    | 'upstream'
    | 'addresses';
  readonly state: StepState;
  /** The object to look at, and the field. */
  readonly object: Manifest;
  readonly path: FieldPath;
  /** What is there, in words. */
  readonly words: string;
  /** What should be; only where something is wrong. */
  readonly expected?: string;
  readonly fix?: string;
}

/** The way of requests from a route to one workload, step by step; it ends with the first step that is broken. */
export interface Thread {
  readonly route: Manifest;
  readonly controller: Controller;
  readonly reference: BackendReference;
  readonly workload: Manifest | undefined;
  readonly host: string | undefined;
  /** The path that is followed. */
  readonly asked: string;
  readonly steps: readonly Step[];
}
