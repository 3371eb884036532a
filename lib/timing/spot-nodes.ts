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
const EC2 = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html';

/** The marks that clouds and their autoscalers put on such nodes. */
export const SPOT_NODES: readonly SpotNodes[] = Object.freeze([
  { label: 'cloud.google.com/gke-spot', value: 'true', seconds: 15, source: GKE },
  { label: 'cloud.google.com/gke-preemptible', value: 'true', seconds: 15, source: GKE },
  {
    label: 'kubernetes.azure.com/scalesetpriority',
    value: 'spot',
    seconds: 30,
    source: 'https://learn.microsoft.com/azure/virtual-machines/spot-vms',
  },
  { label: 'karpenter.sh/capacity-type', value: 'spot', seconds: 120, source: EC2 },
  { label: 'eks.amazonaws.com/capacityType', value: 'SPOT', seconds: 120, source: EC2 },
]);
