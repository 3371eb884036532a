import * as k8s from '../synth/k8s';

export interface ServiceManifestProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The labels of the pods behind it. */
  readonly selector: Readonly<Record<string, string>>;
  readonly port: number;
  /** The port of the pods. @default - the same */
  readonly targetPort?: number;
  /** @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * How a pod is found.
   *
   * - `names`: each pod by a name of its own, before it is ready too; there is no address in front of them
   * - `any`: one address, behind which each connection goes to any pod that is ready
   * - a number: one address, behind which a caller stays on its pod for that many seconds of silence
   */
  readonly finds: 'names' | 'any' | number;
}

/** A Service in front of the pods of one workload. */
export function serviceManifest(props: ServiceManifestProps) {
  const { name, labels, selector, port, targetPort = port, annotations, finds } = props;
  return k8s.KubeService.manifest({
    metadata: {
      name,
      labels: { ...labels },
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
    spec: {
      selector: { ...selector },
      ports: [{ name: 'http', port, protocol: 'TCP', targetPort: k8s.IntOrString.fromNumber(targetPort) }],
      ...(finds === 'names'
        ? // Peers find each other before they are ready; the balancer has a Service of its own.
          { clusterIp: 'None', publishNotReadyAddresses: true }
        : // Not `publishNotReadyAddresses: false`: the API server does not keep it, and every apply would find that it is missing.
          { type: 'ClusterIP', internalTrafficPolicy: 'Cluster', ...affinity(finds) }),
    },
  });
}

function affinity(finds: 'any' | number): Pick<k8s.ServiceSpec, 'sessionAffinity' | 'sessionAffinityConfig'> {
  return finds === 'any'
    ? { sessionAffinity: 'None' }
    : { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIp: { timeoutSeconds: finds } } };
}
