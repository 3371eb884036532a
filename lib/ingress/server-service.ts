import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkPort, checkServiceName } from '../input/kubernetes';
import { checkAnnotations } from '../input/labels';
import { type Reader, reader, settled } from '../input/settings';
import { flag, number, optional, record, type Shape, text } from '../input/shape';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';
import { BACKEND_FIELD, type WebSocketBackend } from '../workload/backend';
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

const SHAPE: Shape<ServerServiceProps> = {
  name: text('chat'),
  port: number(80),
  server: BACKEND_FIELD,
  boundByAddress: flag,
  annotations: optional(record(text('text'), { 'example.com/team': 'chat' })),
};

/** Reads the properties of a Service and notes everything wrong with them. */
const readServerService: Reader<ServerServiceProps, ServerServiceProps> = reader(SHAPE, (problems, props) => {
  checkServiceName(problems, 'name', props.name);
  checkPort(problems, 'port', props.port);
  checkAnnotations(problems, 'annotations', props.annotations ?? {});
  return props;
});

/** A Service with a cluster IP in front of a server's pods. */
export class ServerService extends Construct {
  readonly resource: ApiObject;
  readonly name: string;
  readonly port: number;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: ServerServiceProps) {
    super(...placed(scope, id));
    const settings = settled((problems) => readServerService(problems, props));
    this.name = settings.name;
    this.port = settings.port;
    this.resource = kubeObject(this, 'Resource', serverServiceManifest(settings));
  }
}

/** The Service that the description of an Ingress asks for. */
export function serviceOf(
  scope: Construct,
  ingress: WebSocketIngressSettings,
  annotations?: Readonly<Record<string, string>>,
  id = 'Service',
): ServerService {
  return new ServerService(scope, id, {
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
