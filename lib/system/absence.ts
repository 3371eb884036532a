import { type Bundle, namespaceOf } from '../manifest/bundle';
import { groupOf, type Manifest } from '../manifest/manifest';
import { WORKLOAD_KINDS } from './pod';

/**
 * Can it be said that an object of `kind` does not exist, to which `from` refers? Only where everything could be read, and where what was installed together with `from`
 * holds others of this kind: a chart without any Service is a part of a whole. Pods may be made by operators, which are known by objects of kinds that are not
 * Kubernetes' own.
 */
export function isAbsent(bundle: Bundle, kind: string, from: Manifest, namespace = namespaceOf(from)): boolean {
  if (bundle.incomplete) return false;
  const around = together(bundle, from, namespace);
  if (kind === 'Pod') return !around.some((one) => one.kind === 'Pod' || makesPods(one));
  return around.some((one) => one.kind === kind);
}

/** The workloads that were installed together with an object. */
export function nearby(bundle: Bundle, from: Manifest): readonly Manifest[] {
  return together(bundle, from).filter((one) => WORKLOAD_KINDS.includes(one.kind));
}

/** What was installed together with an object, as far as it is in a namespace. */
export function together(bundle: Bundle, from: Manifest, namespace = namespaceOf(from)): readonly Manifest[] {
  return bundle
    .companyOf(from)
    .filter((one) => namespace === '' || namespaceOf(one) === '' || namespaceOf(one) === namespace);
}

/** Groups whose objects nobody makes pods of: Kubernetes' own, and those of the network, of secrets and of monitoring. */
const PODLESS =
  /^(|apps|batch|extensions|policy|autoscaling|(\w+\.)*k8s\.io|(\w+\.)*gke\.io|cloud\.google\.com|monitoring\.\w+\.com|keda\.sh|(\w+\.)*cert-manager\.io|(\w+\.)*external-secrets\.io|(\w+\.)*istio\.io|traefik\.\w+|(\w+\.)*konghq\.com|argoproj\.io)$/;

/** An object for an operator, who makes pods of it. */
function makesPods(object: Manifest): boolean {
  return !PODLESS.test(groupOf(object));
}
