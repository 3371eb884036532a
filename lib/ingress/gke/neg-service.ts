import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkPort, checkServiceName } from '../../input/kubernetes';
import { type Reader, reader, settled } from '../../input/settings';
import { named, number, optional, type Shape, text } from '../../input/shape';
import { kubeObject } from '../../synth/kube-object';
import { placed } from '../../synth/placed';
import { BACKEND_FIELD, type WebSocketBackend } from '../../workload/backend';
import { serverServiceManifest } from '../server-service';
import type { BackendConfig } from './backend-config';

export interface NegServiceProps {
  readonly name: string;
  /** The server whose pods are the endpoints. */
  readonly server: WebSocketBackend;
  /** What the balancer is told about them. */
  readonly backendConfig: BackendConfig;
  /** The port of the Service. @default 80 */
  readonly port?: number;
}

/** {@link NegServiceProps} with every default filled in and every value checked. */
export interface NegServiceSettings extends NegServiceProps {
  readonly port: number;
}

const SHAPE: Shape<NegServiceProps> = {
  name: text('chat'),
  server: BACKEND_FIELD,
  backendConfig: named('a BackendConfig of this library'),
  port: optional(number(80)),
};

/** Reads the properties of a Service for a network endpoint group and notes everything wrong with them. */
export const readNegService: Reader<NegServiceProps, NegServiceSettings> = reader(SHAPE, (problems, props) => {
  const { port = 80 } = props;
  checkServiceName(problems, 'name', props.name);
  checkPort(problems, 'port', port);
  return { ...props, port };
});

/**
 * A Service whose pods the balancer reaches directly, through a network endpoint group. Without the group the balancer chooses a node and the node chooses
 * any pod, and affinity is lost on the way.
 *
 * `sessionAffinity` has no effect on what comes through the balancer, which goes around the Service; it keeps callers within the cluster on
 * one pod.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/concepts/container-native-load-balancing
 */
export class NegService extends Construct {
  readonly resource: ApiObject;
  readonly name: string;
  readonly port: number;
  readonly server: WebSocketBackend;
  readonly backendConfig: BackendConfig;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: NegServiceProps) {
    super(...placed(scope, id));
    const { name, port, server, backendConfig } = settled((problems) => readNegService(problems, props));
    this.name = name;
    this.port = port;
    this.server = server;
    this.backendConfig = backendConfig;
    this.resource = kubeObject(
      this,
      'Resource',
      serverServiceManifest({
        name,
        port,
        server,
        boundByAddress: true,
        annotations: {
          'cloud.google.com/neg': JSON.stringify({ ingress: true }),
          'cloud.google.com/backend-config': JSON.stringify({ default: backendConfig.name }),
          // Upgrades need HTTP/1.1 to the pod: with HTTP2 every WebSocket answers 502.
          'cloud.google.com/app-protocols': JSON.stringify({ http: 'HTTP' }),
        },
      }),
    );
  }
}
