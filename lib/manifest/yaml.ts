import { dump } from 'js-yaml';
import type { Manifest } from './manifest';

/**
 * One object as a YAML document.
 *
 * Kubernetes reads a mixture of YAML 1.1 and 1.2, so every string that either version takes for something else is quoted; long lines are not
 * folded, so that a reviewer's diff shows the line that changed; repeated parts are written out, because an anchor cannot be reviewed.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/34146
 */
export function toYaml(manifest: Manifest): string {
  return dump(manifest, { noRefs: true, lineWidth: -1 });
}
