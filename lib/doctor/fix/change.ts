import type { FieldPath } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { TIMING_ANNOTATION } from '../../timing/read-timing';

/** One field that is given another value. */
export interface FieldChange {
  readonly path: FieldPath;
  /** What is there; `undefined` where nothing is. */
  readonly from: unknown;
  readonly to: unknown;
  /** What takes it back: the value that was there, or the default that the field had while it was absent. `undefined` removes the field. */
  readonly back: unknown;
}

/** A change to one live object that mends a cause. */
export interface Change {
  readonly code: string;
  readonly object: Manifest;
  readonly fields: readonly FieldChange[];
  readonly why: string;
  /** How long it takes until it acts, in seconds, at most. */
  readonly withinSeconds: number;
  /** Replaces pods, one after the other. */
  readonly rolls: boolean;
  /** What must no longer be seen afterwards. */
  readonly verify: readonly string[];
}

/** Who made an object and would make it again, so that a change to it does not last. */
export interface Owner {
  readonly name: string;
  /** Where the change belongs instead. */
  readonly where: string;
}

/** Who owns an object, by the marks that each leaves; `undefined` where nobody does. */
export function ownerOf(object: Manifest): Owner | undefined {
  const { labels = {}, annotations = {} } = object.metadata;
  const managers = ((object.metadata.managers ?? []) as readonly string[]).map(String);
  const release = annotations['meta.helm.sh/release-name'];
  if (release !== undefined || labels['app.kubernetes.io/managed-by'] === 'Helm')
    return { name: `Helm release ${release ?? ''}`.trim(), where: 'the values of the release, and helm upgrade' };
  const argo = annotations['argocd.argoproj.io/tracking-id'] ?? labels['argocd.argoproj.io/instance'];
  if (argo !== undefined || managers.some((name) => name.startsWith('argocd')))
    return {
      name: `Argo CD application ${(argo ?? '').split(':')[0]}`.trim(),
      where: 'the repository that the application follows',
    };
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  if (flux !== undefined) return { name: `Flux ${flux}`, where: 'the repository that Flux follows' };
  if (
    managers.some((name) => name.startsWith('pulumi')) ||
    Object.keys(annotations).some((name) => name.startsWith('pulumi.com/'))
  )
    return { name: 'a Pulumi stack', where: 'the program of the stack, and pulumi up' };
  if (labels['app.kubernetes.io/managed-by'] === 'cdk8s' || annotations[TIMING_ANNOTATION] !== undefined)
    return { name: 'a cdk8s program', where: 'the program that synthesizes it' };
  return undefined;
}
