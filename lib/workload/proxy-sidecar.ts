import { createHash } from 'node:crypto';
import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkImage } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import { checkNginxConf, DEFAULT_DRAIN_FLAG, DEFAULT_PROXY_PORT, type NginxConfProps, nginxConf } from '../nginx';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import type { Timing } from '../timing/timing';
import {
  type ContainerResources,
  checkResources,
  confined,
  type PlainContainer,
  resourceRequirements,
} from './container';
import { withPreStop } from './drain';
import { httpProbes } from './probes';

/** An nginx in the pod, between the balancer and the application. */
export interface ProxyOptions extends Omit<NginxConfProps, 'timing' | 'upstream' | 'drainFlag' | 'addressesAppended'> {
  /**
   * How many addresses the balancer in front appends to `X-Forwarded-For`: 2 behind Google's, 1 behind AWS ALB and ingress-nginx, 0 where there is none. Not left to a
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

/**
 * The unprivileged nginx that listens on 8080 as user 101: the oldest of its line without a known vulnerability.
 *
 * @see https://nginx.org/en/security_advisories.html
 */
export const DEFAULT_PROXY_IMAGE = 'nginxinc/nginx-unprivileged:1.30.4-alpine';

/** The user of {@link DEFAULT_PROXY_IMAGE}. */
const NGINX_USER = 101;

const DEFAULT_RESOURCES: ContainerResources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } };

/** The least port that a process may take without privileges, unless a sysctl says otherwise. */
const FIRST_UNPRIVILEGED_PORT = 1024;

export function checkProxy(problems: Problems, props: ProxyOptions, timing: Timing, upstreamPort: number): void {
  checkImage(problems, 'image', props.image ?? DEFAULT_PROXY_IMAGE);
  checkResources(problems.at('resources'), props.resources ?? DEFAULT_RESOURCES);
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
    const conf = nginxConf(confProps(props, timing, props.upstreamPort));
    this.port = props.port ?? DEFAULT_PROXY_PORT;
    this.configHash = createHash('sha256').update(conf).digest('hex').slice(0, 16);
    this.configMap = kubeObject(
      this,
      'Config',
      k8s.KubeConfigMap.manifest({ metadata: { name: props.name }, data: { 'nginx.conf': conf } }),
    );
    this.volumes = [
      { name: 'nginx-config', configMap: { name: props.name, defaultMode: 0o444 } },
      { name: 'nginx-tmp', emptyDir: {} },
    ];
    const container = confined(
      {
        name: 'nginx',
        image: props.image ?? DEFAULT_PROXY_IMAGE,
        imagePullPolicy: 'IfNotPresent',
        // Not the image's entry point: it edits the configuration in place, which is read-only here.
        command: ['nginx', '-c', '/etc/nginx/holdfast/nginx.conf', '-g', 'daemon off;'],
        ports: [{ name: 'http', containerPort: this.port, protocol: 'TCP' }],
        resources: resourceRequirements(props.resources ?? DEFAULT_RESOURCES),
        volumeMounts: [
          { name: 'nginx-config', mountPath: '/etc/nginx/holdfast', readOnly: true },
          { name: 'nginx-tmp', mountPath: '/tmp' },
        ],
        ...httpProbes({ liveness: '/health', readiness: '/ready', startup: '/health' }, this.port, timing),
      },
      NGINX_USER,
    );
    this.container = { ...withPreStop(container, timing, 'exec', DEFAULT_DRAIN_FLAG), restartPolicy: 'Always' };
    this.sysctls =
      this.port < FIRST_UNPRIVILEGED_PORT
        ? [{ name: 'net.ipv4.ip_unprivileged_port_start', value: String(this.port) }]
        : [];
  }
}

function confProps(props: ProxyOptions, timing: Timing, upstreamPort: number): NginxConfProps {
  const { image: _image, resources: _resources, ...conf } = props;
  return { ...conf, timing, upstream: { port: upstreamPort } };
}
