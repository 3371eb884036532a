import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { type Reader, reader, settled } from '../input/settings';
import { number, optional, type Shape, text } from '../input/shape';
import { checkNginxConf, DEFAULT_PROXY_PORT, type NginxConfProps, nginxConf } from '../nginx';
import { NGINX_CONF_SHAPE } from '../nginx/nginx-conf';
import type * as k8s from '../synth/k8s';
import { placed } from '../synth/placed';
import type { Timing } from '../timing/timing';
import { type ContainerResources, type PlainContainer, RESOURCES_FIELD, type SettledResources } from './container';
import { DEFAULT_PROXY_IMAGE, type NginxSettings, nginxContainer, readNginx } from './nginx-container';
import {
  EXPORTER_FIELD,
  type NginxExporterProps,
  type NginxExporterSettings,
  nginxExporter,
  readExporter,
} from './nginx-exporter';

/** An nginx in the pod, between the balancer and the application. */
export interface ProxyOptions
  extends Omit<NginxConfProps, 'timing' | 'upstream' | 'drainFlag' | 'addressesAppended' | 'statusPort'> {
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

  /** A sidecar that counts the connections of nginx for Prometheus. `{}` with its defaults. @default - none */
  readonly exporter?: NginxExporterProps;
}

export interface ProxySidecarProps extends ProxyOptions {
  /** Name of the ConfigMap. */
  readonly name: string;
  readonly timing: Timing;
  /** The port of the application in the same pod. */
  readonly upstreamPort: number;
}

/** {@link ProxySidecarProps} with every default of its container filled in, and every value checked. */
export interface ProxySidecarSettings extends ProxySidecarProps, NginxSettings {
  readonly port: number;
  readonly image: string;
  readonly resources: SettledResources;
  readonly exporterSettings: NginxExporterSettings | undefined;
}

const {
  upstream: _upstream,
  drainFlag: _drainFlag,
  statusPort: _statusPort,
  timing: TIMING,
  ...CONF
} = NGINX_CONF_SHAPE;

/** What {@link ProxyOptions} hold. */
export const PROXY_OPTIONS_SHAPE: Shape<ProxyOptions> = {
  ...CONF,
  addressesAppended: number(2),
  image: optional(text(DEFAULT_PROXY_IMAGE)),
  resources: RESOURCES_FIELD,
  exporter: EXPORTER_FIELD,
};

const PROXY_SHAPE: Shape<ProxySidecarProps> = {
  ...PROXY_OPTIONS_SHAPE,
  name: text('chat-nginx'),
  timing: TIMING,
  upstreamPort: number(3000),
};

/** Reads the properties of a proxy and notes everything wrong with them. */
export const readProxySidecar: Reader<ProxySidecarProps, ProxySidecarSettings> = reader(
  PROXY_SHAPE,
  (problems, props) => {
    const nginx = readNginx(problems, props);
    const exporterSettings =
      props.exporter === undefined
        ? undefined
        : readExporter(problems.at('exporter'), props.exporter, [nginx.port, props.upstreamPort]);
    const settings = { ...props, ...nginx, exporterSettings };
    checkNginxConf(problems, confProps(settings));
    if (settings.port === props.upstreamPort) {
      problems.add(
        'port',
        `${props.upstreamPort} is the application's own port; give the proxy another one, such as ${props.upstreamPort === DEFAULT_PROXY_PORT ? DEFAULT_PROXY_PORT + 1 : DEFAULT_PROXY_PORT}`,
      );
    }
    return settings;
  },
);

/**
 * nginx as a native sidecar: it starts before the application and is stopped after it, so every connection that the application drains still has its proxy.
 * Its configuration is a ConfigMap; a hash of it on the pod template replaces the pods when it changes, by a JSON patch too.
 *
 * Kubernetes 1.29 or newer: older ones would wait for this container to end before they start the application.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export class ProxySidecar extends Construct {
  readonly configMap: ApiObject;
  /** The container, for `initContainers`. */
  readonly container: PlainContainer;
  /** What counts its connections, for `initContainers` as well. */
  readonly exporter: PlainContainer | undefined;
  readonly volumes: readonly k8s.Volume[];
  readonly port: number;
  /** The hash of the configuration as it is written, with every patch that was made to it until it is asked for. */
  readonly configHash: () => string;
  /** Needed on the pod when {@link ProxySidecar.port} is a privileged one. */
  readonly sysctls: readonly k8s.Sysctl[];

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: ProxySidecarProps) {
    super(...placed(scope, id));
    const settings = settled((problems) => readProxySidecar(problems, props));
    const { name, port, timing, image, resources } = settings;
    this.port = port;
    const conf = nginxConf(confProps(settings));
    const nginx = nginxContainer(this, { name, conf, port, timing, image, resources });
    this.configMap = nginx.configMap;
    this.configHash = nginx.configHash;
    this.volumes = nginx.volumes;
    this.sysctls = nginx.sysctls;
    this.exporter = settings.exporterSettings === undefined ? undefined : nginxExporter(settings.exporterSettings);
    this.container = { ...nginx.container, restartPolicy: 'Always' };
  }
}

function confProps(settings: ProxySidecarSettings): NginxConfProps {
  const { name: _name, image: _image, resources: _resources, upstreamPort, ...rest } = settings;
  const { exporter: _exporter, exporterSettings, ...conf } = rest;
  const status = exporterSettings === undefined ? {} : { statusPort: exporterSettings.statusPort };
  return { ...conf, ...status, upstream: { port: upstreamPort } };
}
