import type * as kplus from 'cdk8s-plus-28';
import { checkLabelName, checkServiceName } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { anything, fitted, list, named, number, object, optional, type Shape, text, thing } from '../input/shape';
import { type GatewayConfProps, gatewayConf, gatewayDiskKibibytes } from '../nginx';
import { GATEWAY_CONF_SHAPE } from '../nginx/gateway-conf';
import { AUTOSCALING_SHAPE, type Autoscaling, type AutoscalingProps, readScale, type Scale } from './autoscaler';
import { type ContainerResources, RESOURCES_FIELD, type SettledResources } from './container';
import { readTraffic, TRAFFIC_SHAPE, type Traffic, type TrafficProps } from './network-policy';
import { type NginxSettings, readNginx } from './nginx-container';
import { checkPullSecrets } from './pod-spec';
import type { WebSocketServer } from './websocket-server';

export interface WebSocketGatewayProps
  extends Omit<GatewayConfProps, 'timing' | 'servers' | 'alwaysThere' | 'affinity' | 'drainFlag'> {
  /** Name of the workload, and the value of its `app` label. */
  readonly name: string;

  /** Whose clients come through here, in the same namespace. With affinity its pods need names of their own (`stableNames`). */
  readonly server: WebSocketServer;

  /**
   * How many addresses the balancer in front appends to `X-Forwarded-For`: 2 behind Google's, 1 behind AWS ALB and ingress-nginx, 0 where there is none. A wrong number
   * makes one client of all of them, and one pod their server.
   */
  readonly addressesAppended: number;

  /**
   * What binds a client to its pod. Every gateway makes the same choice, so the balancer in front needs no affinity of its own.
   *
   * - `clientAddress`: the client's real address, hashed; everybody behind one NAT shares a pod.
   * - `none`: each request goes anywhere. Only where every client connects by WebSocket alone, without long-polling.
   *
   * @default "clientAddress"
   */
  readonly affinity?: 'clientAddress' | 'none';

  /** Number of pods. Not together with {@link WebSocketGatewayProps.autoscaling}. @default 3 */
  readonly replicas?: number;

  /** Lets the number of pods follow the load. @default - a fixed number */
  readonly autoscaling?: AutoscalingProps | undefined;

  /** What may reach the gateway. What it may reach is the server. @default - Google's balancers and the namespace */
  readonly traffic?: Omit<TrafficProps, 'egressTo'>;

  /** An nginx image that runs unprivileged and has `/bin/sh`. @default DEFAULT_PROXY_IMAGE */
  readonly image?: string;

  /** Secrets with which the image is pulled. @default - none */
  readonly imagePullSecrets?: readonly kplus.ISecret[];

  /** @default - requests 50m CPU and 64Mi memory; limits 256Mi memory */
  readonly resources?: ContainerResources;
}

/** The label that a StatefulSet puts on each of its pods. */
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';

/** The number of pods that the documents give the gateway: one can be replaced and one can fail. */
const REPLICAS = 3;

/** {@link WebSocketGatewayProps} with every default filled in, every value checked, and what follows from them. */
export interface GatewaySettings extends WebSocketGatewayProps, Scale, NginxSettings {
  readonly replicas: number;
  readonly autoscaling: Autoscaling | undefined;
  readonly affinity: 'clientAddress' | 'none';
  readonly traffic: Traffic;
  readonly port: number;
  readonly image: string;
  readonly resources: SettledResources;
  /** What nginx is told of the server, each with the pods behind it. */
  readonly upstreams: readonly Upstream[];
  /** The nginx.conf. */
  readonly conf: string;
  /** What nginx keeps of large bodies, in KiB. */
  readonly diskKibibytes: number;
}

/** One name that nginx knows, and the pods behind it. */
export interface Upstream {
  readonly host: string;
  readonly selector: Readonly<Record<string, string>>;
}

const {
  timing: _timing,
  servers: _servers,
  affinity: _affinity,
  drainFlag: _drainFlag,
  addressesAppended: _addressesAppended,
  alwaysThere: _alwaysThere,
  ...CONF
} = GATEWAY_CONF_SHAPE;
const { egressTo: _egressTo, ...INGRESS_TRAFFIC } = TRAFFIC_SHAPE;

/** What {@link WebSocketGatewayProps} hold. */
const SHAPE: Shape<WebSocketGatewayProps> = {
  name: text('websocket-gateway'),
  server: thing(isServer, 'a WebSocketServer', undefined),
  addressesAppended: number(2),
  affinity: anything,
  replicas: optional(number(3)),
  autoscaling: optional(object(AUTOSCALING_SHAPE)),
  traffic: optional(object(INGRESS_TRAFFIC)),
  image: optional(text('nginxinc/nginx-unprivileged:1.30.4-alpine')),
  imagePullSecrets: optional(list(named('a Secret of cdk8s-plus: Secret.fromSecretName(scope, id, name)'), [])),
  resources: RESOURCES_FIELD,
  ...CONF,
};

function isServer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'workload' in value && 'selector' in value;
}

/** Reads the properties of a gateway in `namespace` and notes everything wrong with them. */
export function readGateway(
  problems: Problems,
  given: WebSocketGatewayProps,
  namespace: string | undefined,
): GatewaySettings {
  const props = fitted(problems, given, SHAPE);
  // Nothing can be said about a gateway in front of nothing.
  if (!isServer(props.server)) problems.throwIfAny();
  const { server, affinity = 'clientAddress' } = props;
  checkLabelName(problems, 'name', props.name, 52);
  // The Service in front of the server is called after it.
  if (affinity === 'none' && /^\d/.test(props.name)) checkServiceName(problems, 'name', props.name);
  if (props.name === server.workload.name) problems.add('name', `${shown(props.name)} is the server's; choose another`);
  if (server.workload.metadata.namespace !== namespace) {
    problems.add(
      'server',
      `is in the namespace ${shown(server.workload.metadata.namespace)} and the gateway in ${shown(namespace)}; put both into one, because a Service selects ` +
        'pods of its own namespace only',
    );
  }
  if (affinity !== 'clientAddress' && affinity !== 'none') {
    problems.add(
      'affinity',
      `${shown(affinity)} is not one that the gateway can keep: it sets no cookies; give "clientAddress", or "none" where every client connects by WebSocket alone`,
    );
  } else if (affinity === 'clientAddress' && server.podNames === undefined) {
    problems.add(
      'server',
      'has pods without names, so that the gateway cannot keep a client on one of them; set stableNames on the server, or affinity: "none" where ' +
        'every client connects by WebSocket alone',
    );
  }
  // Without anybody in front, the gateway names the client itself.
  const appended = Math.max(1, props.addressesAppended);
  if (server.addressesAppended !== undefined && server.addressesAppended !== appended) {
    problems.add(
      'server',
      `believes in ${server.addressesAppended} appended addresses, but ${appended} will arrive: the gateway passes on what the balancer in front of it appends; ` +
        `set proxy.addressesAppended of the server to ${appended}`,
    );
  }
  checkPullSecrets(problems, props.imagePullSecrets);
  const scale = readScale(problems, props, REPLICAS);
  const traffic = readTraffic(problems.at('traffic'), props.traffic ?? {});
  const upstreams = upstreamsOf(props.name, server, affinity);
  const confProps = gatewayConfProps({ ...props, affinity }, upstreams);
  const conf = problems.gather(() => gatewayConf(confProps));
  const diskKibibytes = conf === undefined ? 0 : gatewayDiskKibibytes(confProps);
  const nginx = readNginx(problems, props, diskKibibytes);
  return Object.freeze({
    ...props,
    affinity,
    ...scale,
    ...nginx,
    traffic,
    upstreams,
    conf: conf ?? '',
    diskKibibytes,
  });
}

function upstreamsOf(name: string, server: WebSocketServer, affinity: 'clientAddress' | 'none'): readonly Upstream[] {
  if (affinity === 'none' || server.podNames === undefined) {
    return [{ host: `${name}-upstream`, selector: server.selector }];
  }
  return server.podNames.map((host) => ({ host, selector: { ...server.selector, [POD_NAME_LABEL]: host } }));
}

function gatewayConfProps(props: WebSocketGatewayProps, upstreams: readonly Upstream[]): GatewayConfProps {
  const {
    name: _name,
    server,
    affinity,
    replicas: _replicas,
    autoscaling: _autoscaling,
    traffic: _traffic,
    image: _image,
    imagePullSecrets: _imagePullSecrets,
    resources: _resources,
    ...conf
  } = props;
  return {
    ...conf,
    timing: server.timing,
    servers: upstreams.map(({ host }) => ({ host, port: server.servingPort })),
    alwaysThere: Math.min(upstreams.length, server.replicas),
    // Anything else has been refused by its reader, in its words.
    affinity: affinity === 'none' ? 'none' : 'clientAddress',
  };
}
