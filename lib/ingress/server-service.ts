import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import type { WebSocketBackend } from '../workload/backend';
import { ingressOf, type WebSocketIngressProps } from './websocket-ingress';

export interface ServerServiceProps {
  readonly name: string;
  readonly port: number;
  /** Whose pods are behind it. */
  readonly server: WebSocketBackend;
  /** Keeps callers within the cluster on one pod. What comes through a balancer goes around it, straight to the pods. */
  readonly boundByAddress: boolean;
  /** @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Service with a cluster IP in front of a server's pods. */
export class ServerService extends Construct {
  readonly resource: ApiObject;
  readonly name: string;
  readonly port: number;

  constructor(scope: Construct, id: string, props: ServerServiceProps) {
    super(scope, id);
    this.name = props.name;
    this.port = props.port;
    this.resource = kubeObject(this, 'Resource', serviceManifest(props));
  }
}

/** The Service that the description of an Ingress asks for. */
export function serviceOf(scope: Construct, props: WebSocketIngressProps): ServerService {
  const { affinity, serviceName, servicePort } = ingressOf(props);
  return new ServerService(scope, 'Service', {
    name: serviceName,
    port: servicePort,
    server: props.server,
    boundByAddress: affinity !== 'none',
  });
}

export function serviceManifest(props: ServerServiceProps) {
  const { name, port, server, boundByAddress, annotations } = props;
  return k8s.KubeService.manifest({
    metadata: {
      name,
      labels: { ...server.selector },
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
    spec: {
      type: 'ClusterIP',
      selector: { ...server.selector },
      ports: [{ name: 'http', port, protocol: 'TCP', targetPort: k8s.IntOrString.fromNumber(server.servingPort) }],
      internalTrafficPolicy: 'Cluster',
      publishNotReadyAddresses: false,
      sessionAffinity: boundByAddress ? 'ClientIP' : 'None',
      ...(boundByAddress
        ? { sessionAffinityConfig: { clientIp: { timeoutSeconds: server.timing.affinityTtlSeconds } } }
        : {}),
    },
  });
}
