import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkPort, checkServiceName } from '../../input/kubernetes';
import { Problems } from '../../input/problems';
import { kubeObject } from '../../synth/kube-object';
import type { WebSocketBackend } from '../../workload/backend';
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

/** Notes everything wrong with the name and port of a Service. */
export function checkNegService(problems: Problems, props: Pick<NegServiceProps, 'name' | 'port'>): void {
  checkServiceName(problems, 'name', props.name);
  if (props.port !== undefined) checkPort(problems, 'port', props.port);
}

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
    super(scope, id);
    const problems = new Problems();
    checkNegService(problems, props);
    problems.throwIfAny();
    this.name = props.name;
    this.port = props.port ?? 80;
    this.server = props.server;
    this.backendConfig = props.backendConfig;
    this.resource = kubeObject(
      this,
      'Resource',
      serverServiceManifest({
        name: props.name,
        port: this.port,
        server: props.server,
        boundByAddress: true,
        annotations: {
          'cloud.google.com/neg': JSON.stringify({ ingress: true }),
          'cloud.google.com/backend-config': JSON.stringify({ default: props.backendConfig.name }),
          // Upgrades need HTTP/1.1 to the pod: with HTTP2 every WebSocket answers 502.
          'cloud.google.com/app-protocols': JSON.stringify({ http: 'HTTP' }),
        },
      }),
    );
  }
}
