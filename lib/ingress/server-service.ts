import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { kubeObject } from '../synth/kube-object';
import type { WebSocketBackend } from '../workload/backend';
import { serviceManifest } from '../workload/service';
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
    this.resource = kubeObject(this, 'Resource', serverServiceManifest(props));
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

export function serverServiceManifest({ server, boundByAddress, ...props }: ServerServiceProps) {
  return serviceManifest({
    ...props,
    labels: server.selector,
    selector: server.selector,
    targetPort: server.servingPort,
    finds: boundByAddress ? server.timing.affinityTtlSeconds : 'any',
  });
}
