import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { kubeObject } from '../synth/kube-object';
import type { WebSocketBackend } from '../workload/backend';
import { serviceManifest } from '../workload/service';
import type { WebSocketIngressSettings } from './websocket-ingress';

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
export function serviceOf(
  scope: Construct,
  ingress: WebSocketIngressSettings,
  annotations?: Readonly<Record<string, string>>,
): ServerService {
  return new ServerService(scope, 'Service', {
    name: ingress.serviceName,
    port: ingress.servicePort,
    server: ingress.server,
    boundByAddress: ingress.affinity !== 'none',
    ...(annotations === undefined ? {} : { annotations }),
  });
}

/** A Service in front of a server's pods, which keeps callers on one of them for as long as a cookie would. */
export function serverServiceManifest({ server, boundByAddress, ...props }: ServerServiceProps) {
  return serviceManifest({
    ...props,
    labels: server.selector,
    selector: server.selector,
    targetPort: server.servingPort,
    finds: boundByAddress ? server.timing.affinityTtlSeconds : 'any',
  });
}
