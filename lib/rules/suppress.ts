import { annotationOf } from '../manifest/annotation';
import type { Bundle } from '../manifest/bundle';
import { identityOf } from '../manifest/manifest';
import { matcherOf } from '../manifest/match';
import type { Finding } from './finding';

/** On an object: `holdfast/ignore-WS216: the reason` switches that rule off for this object. */
export const SUPPRESSION = 'holdfast/ignore-';

/** A rule that is switched off for some objects from outside. */
export interface Suppression {
  readonly code: string;
  /** `Kind/name` or `Kind/namespace/name`; `*` stands for anything. */
  readonly object: string;
  readonly reason: string;
}

/** A finding that is not reported, and why. */
export interface Suppressed {
  readonly finding: Finding;
  readonly reason: string;
}

/** Takes apart what is reported and what somebody switched off. Judgements about suppressions themselves cannot be switched off. */
export function suppress(
  findings: readonly Finding[],
  bundle: Bundle,
  given: readonly Suppression[],
): { readonly reported: readonly Finding[]; readonly suppressed: readonly Suppressed[] } {
  const objects = new Map(
    bundle.objects.map((object) => [`${identityOf(object)} ${bundle.originOf(object)?.file ?? ''}`, object]),
  );
  const patterns = given.map((one) => ({ ...one, matches: matcher(one.object) }));
  const reported: Finding[] = [];
  const suppressed: Suppressed[] = [];
  for (const finding of findings) {
    const object = objects.get(`${finding.object} ${finding.place?.file ?? ''}`);
    const annotation = object === undefined ? undefined : annotationOf(object, `${SUPPRESSION}${finding.code}`)?.trim();
    const pattern = patterns.find(({ code, matches }) => code === finding.code && matches(finding));
    const reason = annotation !== undefined && annotation.length >= 3 ? annotation : pattern?.reason;
    if (reason === undefined || finding.code.startsWith('WS00')) reported.push(finding);
    else suppressed.push({ finding, reason });
  }
  return { reported, suppressed };
}

/** Does a suppression of this object, such as `BackendConfig/legacy-*`, mean the finding? */
export function matcher(pattern: string): (finding: Finding) => boolean {
  const matches = matcherOf(pattern);
  return ({ kind, namespace, name }) => matches(kind, namespace, name);
}
