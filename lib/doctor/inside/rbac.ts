import { toYaml } from '../../manifest/yaml';
import { KINDS_TO_READ } from './kinds';

/** The permissions that looking needs, and no more. Secrets are not among them. */
export function readingRole(namespace: string): string {
  const groups = [...new Set(KINDS_TO_READ.map(({ group }) => group))];
  const rules = groups.map((group) => ({
    apiGroups: [group],
    resources: KINDS_TO_READ.filter((kind) => kind.group === group).map(({ resource }) => resource),
    verbs: ['list'],
  }));
  return toYaml({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'holdfast-doctor', namespace },
    rules: [
      ...rules,
      // kubectl port-forward reads the pod that it goes to.
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods/log', 'pods/proxy'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods/portforward'], verbs: ['create', 'get'] },
    ],
  });
}

/** What `--disrupt` needs beyond that. */
export function disruptingRole(namespace: string): string {
  return toYaml({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'holdfast-doctor-disrupt', namespace },
    rules: [{ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] }],
  });
}

/** What `--fix` and `undo` need beyond that. */
export function mendingRole(namespace: string): string {
  return toYaml({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'holdfast-doctor-fix', namespace },
    rules: [
      { apiGroups: [''], resources: ['services'], verbs: ['get', 'patch'] },
      { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get', 'patch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['get', 'patch'] },
      { apiGroups: ['cloud.google.com'], resources: ['backendconfigs'], verbs: ['get', 'patch'] },
    ],
  });
}
