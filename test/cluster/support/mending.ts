import type { FieldPath, Manifest } from '../../../lib/manifest';
import { short } from './doctor';

/** Production's system as somebody applied it who has no program to change instead. */
export const unowned = (namespace: string): readonly object[] =>
  short(namespace).map(
    (manifest) =>
      JSON.parse(JSON.stringify(manifest), (key, value) =>
        key === 'holdfast/timing' || value === 'cdk8s' ? undefined : value,
      ) as object,
  );

/** What of an object is somebody's wish, without one field, so that what else was changed would show. */
export function otherwise({ metadata, ...object }: Manifest, path: FieldPath): unknown {
  const { labels, annotations } = metadata;
  const copy = JSON.parse(JSON.stringify({ ...object, status: undefined, metadata: { labels, annotations } }));
  const parent = path.slice(0, -1).reduce((here, part) => here?.[part], copy);
  if (parent !== undefined) delete parent[path.at(-1) as string];
  // What a whole mapping is made for, and goes with.
  if (parent !== undefined && Object.keys(parent).length === 0) {
    const above = path.slice(0, -2).reduce((here, part) => here?.[part], copy);
    delete above[path.at(-2) as string];
  }
  return copy;
}

/** A rule of the API server that refuses every other selector of the Services of a namespace. */
export function frozenSelectors(name: string, namespace: string): readonly object[] {
  const api = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name } };
  return [
    {
      ...api,
      kind: 'ValidatingAdmissionPolicy',
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['services'] }],
        },
        validations: [
          { expression: 'object.spec.selector == oldObject.spec.selector', message: 'selectors are frozen' },
        ],
      },
    },
    {
      ...api,
      kind: 'ValidatingAdmissionPolicyBinding',
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
      },
    },
  ];
}
