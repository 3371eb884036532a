import type { Edit } from '../manifest/edit';
import type { Place } from '../manifest/locate';
import type { Evidence } from '../system/evidence';
import type { Level } from './rule';

/** One thing that was found, as data; how it is printed is decided elsewhere. */
export interface Finding {
  readonly code: string;
  readonly level: Level;
  /** The healthy condition that does not hold. */
  readonly title: string;
  /** Group, kind, namespace and name. */
  readonly object: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The field as people write it. */
  readonly path: string;
  readonly actual: string;
  readonly expected: string;
  readonly because: string;
  readonly fix: string;
  readonly source: string;
  /** `undefined` for an object that was never a file. */
  readonly place: Place | undefined;
  /** What `--fix` would do, within the document that the object was read from. */
  readonly edits: readonly Edit[];
  /** What `--suggest` shows besides, in the same way. */
  readonly suggestions: readonly Edit[];
  /** Why this is taken for a way of long connections; `undefined` where the finding does not depend on it. */
  readonly evidence: Evidence | undefined;
}

/** What stays the same when lines move or values change: the rule, the object and the field. */
export function fingerprint(finding: Finding): string {
  return `${finding.code} ${finding.object} ${finding.path}`;
}
