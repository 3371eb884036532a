import { type Problems, shown } from '../input/problems';
import type { EgressTarget, TrafficProps } from './network-policy';

/**
 * Whom the pods are to the cloud around them.
 *
 * - `gke`: the service account stands for one of Google Cloud, through GKE's metadata server, which the pods may then reach
 * - `none`: nobody
 */
export type WorkloadIdentity = 'gke' | 'none';

const IDENTITIES: readonly WorkloadIdentity[] = ['gke', 'none'];

/**
 * GKE's metadata server, which hands out the tokens of Workload Identity: directly on Dataplane V2, and behind an address of the node on Calico. Nothing else is there on GKE; on other
 * clouds the first of them gives away the rights of the node, which is why it is closed unless asked for.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/network-policy#network-policy-and-workload-identity
 */
export const GKE_METADATA_SERVER: readonly EgressTarget[] = Object.freeze([
  { cidr: '169.254.169.254/32', ports: [80] },
  { cidr: '169.254.169.252/32', ports: [987, 988] },
]);

/** The ports on which an API server listens: behind its Service, and by itself. */
const API_SERVER_PORTS: readonly number[] = [443, 6443];

/** Reads where the pods must go to prove who they are, and notes an account that could not. */
export function readIdentity(
  problems: Problems,
  props: {
    readonly serviceAccount?: object;
    readonly workloadIdentity?: WorkloadIdentity;
    readonly mountServiceAccountToken?: boolean;
    readonly traffic?: TrafficProps;
  },
): readonly EgressTarget[] {
  const { serviceAccount, workloadIdentity, mountServiceAccountToken, traffic } = props;
  if (workloadIdentity !== undefined && !IDENTITIES.includes(workloadIdentity)) {
    problems.add('workloadIdentity', `${shown(workloadIdentity)} is unknown; give one of ${IDENTITIES.join(', ')}`);
  }
  if (serviceAccount !== undefined && workloadIdentity === undefined) {
    problems.add(
      'workloadIdentity',
      'is not given beside serviceAccount: the network policy keeps the pods from the metadata server, where an account of Google Cloud is asked for; ' +
        'give "gke" to open it, or "none" where the account is for this cluster only',
    );
  }
  if (serviceAccount === undefined && workloadIdentity === 'gke') {
    problems.add(
      'workloadIdentity',
      '"gke" needs a serviceAccount: the one that is made here has no rights anywhere; give the account that Google Cloud knows',
    );
  }
  const reached = (traffic?.egressTo ?? []).some(
    (target) => 'cidr' in target && target.ports.some((port) => API_SERVER_PORTS.includes(port)),
  );
  if (mountServiceAccountToken === true && !reached) {
    problems.add(
      'mountServiceAccountToken',
      'is for the Kubernetes API, which the network policy keeps the pods from; add its address to traffic.egressTo, ' +
        'such as { cidr: "<address of the API server>/32", ports: [443] } (kubectl get endpoints kubernetes), or leave the token out',
    );
  }
  return workloadIdentity === 'gke' ? GKE_METADATA_SERVER : [];
}
