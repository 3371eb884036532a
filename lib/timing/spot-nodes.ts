/** A mark of nodes that a cloud takes back when it needs them, and what they leave an ordinary pod from the notice on. */
export interface SpotNodes {
  /** The label of such nodes, and the key of their taint where they have one. */
  readonly label: string;
  readonly value: string;
  readonly seconds: number;
  /** Where the number comes from. */
  readonly source: string;
}

const GKE = 'https://docs.cloud.google.com/kubernetes-engine/docs/concepts/spot-vms#termination-graceful-shutdown';
/** "Up to 30 seconds prior to the eviction", as best it can; AKS drains the node when it hears of it. */
const AZURE = 'https://learn.microsoft.com/azure/virtual-machines/spot-vms#eviction-policy';
const EC2 = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html';

/** The marks that clouds and their autoscalers put on such nodes. */
export const SPOT_NODES: readonly SpotNodes[] = Object.freeze([
  { label: 'cloud.google.com/gke-spot', value: 'true', seconds: 15, source: GKE },
  { label: 'cloud.google.com/gke-preemptible', value: 'true', seconds: 15, source: GKE },
  {
    label: 'kubernetes.azure.com/scalesetpriority',
    value: 'spot',
    seconds: 30,
    source: AZURE,
  },
  { label: 'karpenter.sh/capacity-type', value: 'spot', seconds: 120, source: EC2 },
  { label: 'eks.amazonaws.com/capacityType', value: 'SPOT', seconds: 120, source: EC2 },
]);

/** Where a pod says that it runs on such nodes, or may. */
export interface SpotPlace {
  readonly nodes: SpotNodes;
  /** Within its spec. */
  readonly path: readonly (string | number)[];
}

type Plain = Readonly<Record<string, unknown>>;

/**
 * The place where the spec of a pod says that it runs on nodes that are taken back, or may: a selector, a toleration of their taint, an affinity that needs or prefers them. Of several, that of the nodes that leave
 * it least. Whatever else stands there says nothing.
 */
export function spotPlaceOf(spec: Plain): SpotPlace | undefined {
  const selector = mapping(spec.nodeSelector);
  const tolerations = items(spec.tolerations);
  const requirements = requirementsOf(mapping(mapping(spec.affinity).nodeAffinity));
  for (const nodes of SPOT_NODES) {
    const { label, value } = nodes;
    if (String(selector[label]) === value) return { nodes, path: ['nodeSelector', label] };
    const toleration = tolerations.findIndex(
      (given) => given.key === label && (given.operator === 'Exists' || String(given.value) === value),
    );
    if (toleration >= 0) return { nodes, path: ['tolerations', toleration] };
    const found = requirements.find(
      ({ given: { key, operator, values } }) =>
        key === label &&
        (operator === 'Exists' || (operator === 'In' && Array.isArray(values) && values.map(String).includes(value))),
    );
    if (found !== undefined) return { nodes, path: ['affinity', 'nodeAffinity', ...found.path] };
  }
  return undefined;
}

function requirementsOf(affinity: Plain): { readonly given: Plain; readonly path: readonly (string | number)[] }[] {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const terms = [
    ...items(mapping(affinity[required]).nodeSelectorTerms).map((term, i) => ({
      term,
      path: [required, 'nodeSelectorTerms', i],
    })),
    ...items(affinity[preferred]).map((given, i) => ({
      term: mapping(given.preference),
      path: [preferred, i, 'preference'],
    })),
  ];
  return terms.flatMap(({ term, path }) =>
    items(term.matchExpressions).map((given, i) => ({ given, path: [...path, 'matchExpressions', i] })),
  );
}

function mapping(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}

function items(value: unknown): readonly Plain[] {
  return Array.isArray(value) ? value.map(mapping) : [];
}
