import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkImage } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import { checkNginxConf, DEFAULT_PROXY_PORT, type NginxConfProps, nginxConf } from '../nginx';
import type * as k8s from '../synth/k8s';
import type { Timing } from '../timing/timing';
import { type ContainerResources, checkResources, type PlainContainer } from './container';
import { DEFAULT_NGINX_RESOURCES, DEFAULT_PROXY_IMAGE, nginxContainer } from './nginx-container';

/** An nginx in the pod, between the balancer and the application. */
export interface ProxyOptions extends Omit<NginxConfProps, 'timing' | 'upstream' | 'drainFlag' | 'addressesAppended'> {
  /**
   * How many addresses the balancer in front appends to `X-Forwarded-For`: 2 behind Google's, 1 behind AWS ALB and ingress-nginx, 0 where there is none. A `WebSocketGateway` in between adds none. Not left to a
   * default: a wrong number tells the application that its clients speak plain HTTP, and it redirects them to HTTPS for ever.
   */
  readonly addressesAppended: number;

  /**
   * An nginx image that runs unprivileged and has `/bin/sh`, by tag or digest. A digest is better: tags are rebuilt.
   *
   * @default DEFAULT_PROXY_IMAGE
   */
  readonly image?: string;

  /** @default - requests 50m CPU and 64Mi memory; limits 256Mi memory */
  readonly resources?: ContainerResources;
}

export function checkProxy(problems: Problems, props: ProxyOptions, timing: Timing, upstreamPort: number): void {
  checkImage(problems, 'image', props.image ?? DEFAULT_PROXY_IMAGE);
  checkResources(problems.at('resources'), props.resources ?? DEFAULT_NGINX_RESOURCES);
  checkNginxConf(problems, confProps(props, timing, upstreamPort));
  if ((props.port ?? DEFAULT_PROXY_PORT) === upstreamPort) {
    problems.add(
      'port',
      `${upstreamPort} is the application's own port; give the proxy another one, such as ${DEFAULT_PROXY_PORT}`,
    );
  }
}

export interface ProxySidecarProps extends ProxyOptions {
  /** Name of the ConfigMap. */
  readonly name: string;
  readonly timing: Timing;
  /** The port of the application in the same pod. */
  readonly upstreamPort: number;
}

/**
 * nginx as a native sidecar: it starts before the application and is stopped after it, so every connection that the application drains still has its proxy.
 * Its configuration is a ConfigMap; a hash of it on the pod template replaces the pods when it changes.
 *
 * Kubernetes 1.29 or newer: older ones would wait for this container to end before they start the application.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export class ProxySidecar extends Construct {
  readonly configMap: ApiObject;
  /** The container, for `initContainers`. */
  readonly container: PlainContainer;
  readonly volumes: readonly k8s.Volume[];
  readonly port: number;
  /** Changes whenever the configuration does. */
  readonly configHash: string;
  /** Needed on the pod when {@link ProxySidecar.port} is a privileged one. */
  readonly sysctls: readonly k8s.Sysctl[];

  constructor(scope: Construct, id: string, props: ProxySidecarProps) {
    super(scope, id);
    const { timing } = props;
    this.port = props.port ?? DEFAULT_PROXY_PORT;
    const nginx = nginxContainer(this, {
      name: props.name,
      conf: nginxConf(confProps(props, timing, props.upstreamPort)),
      port: this.port,
      timing,
      image: props.image,
      resources: props.resources,
    });
    this.configMap = nginx.configMap;
    this.configHash = nginx.configHash;
    this.volumes = nginx.volumes;
    this.sysctls = nginx.sysctls;
    this.container = { ...nginx.container, restartPolicy: 'Always' };
  }
}

function confProps(props: ProxyOptions, timing: Timing, upstreamPort: number): NginxConfProps {
  const { image: _image, resources: _resources, ...conf } = props;
  return { ...conf, timing, upstream: { port: upstreamPort } };
}
