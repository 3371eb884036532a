import { type ApiObject, Chart } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checkImage, checkInteger, checkLabelName } from '../input/kubernetes';
import { Problems, shown } from '../input/problems';
import { DEFAULT_PROXY_PORT, type GatewayConfProps, gatewayConf } from '../nginx';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import type { Timing } from '../timing/timing';
import { Autoscaler, type AutoscalingProps, checkAutoscaling } from './autoscaler';
import type { WebSocketBackend } from './backend';
import { type ContainerResources, checkResources } from './container';
import { DisruptionBudget } from './disruption-budget';
import { checkTraffic, ServerNetworkPolicy, type TrafficProps } from './network-policy';
import { DEFAULT_NGINX_RESOURCES, DEFAULT_PROXY_IMAGE, NGINX_USER, nginxContainer } from './nginx-container';
import { podMetadata, podSpec } from './pod-spec';
import { deploymentSpec, workloadMetadata } from './rollout';
import { powerlessAccount } from './service-account';
import type { WebSocketServer } from './websocket-server';

export interface WebSocketGatewayProps extends Omit<GatewayConfProps, 'timing' | 'servers' | 'affinity' | 'drainFlag'> {
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
  readonly autoscaling?: AutoscalingProps;

  /** What may reach the gateway. What it may reach is the server. @default - Google's balancers and the namespace */
  readonly traffic?: Omit<TrafficProps, 'egressTo'>;

  /** An nginx image that runs unprivileged and has `/bin/sh`. @default DEFAULT_PROXY_IMAGE */
  readonly image?: string;

  /** Secrets with which the image is pulled. @default - none */
  readonly imagePullSecrets?: readonly kplus.ISecret[];

  /** @default - requests 50m CPU and 64Mi memory; limits 256Mi memory */
  readonly resources?: ContainerResources;
}

/** The number of pods that the documents give the gateway: one can be replaced and one can fail. */
const REPLICAS = 3;

/** The label that a StatefulSet puts on each of its pods. */
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';

/**
 * A tier of its own between the balancer and a server: nginx that does nothing but hold WebSockets, scaled, drained and replaced apart from the
 * application.
 *
 * How it finds the pods: nginx resolves a name once, when it starts, and a pod's address changes with every replacement; several addresses behind
 * one name are one choice to its hash, so that a headless Service would undo the affinity. Each pod therefore gets a Service of its own, whose
 * address stays. A pod that is away refuses connections there, and its clients go to the next pod on the hash ring, all of them to the same, until it is
 * back. While it drains it answers new sessions with 503 until its readiness fails; clients try again and land on the next.
 *
 * It passes `X-Forwarded-For` on as it came, so that the same balancer may reach the server past it as well, for what is not a WebSocket.
 *
 * What it cannot do: move the connections of a gateway that is replaced one by one. nginx holds them for `worker_shutdown_timeout` and then closes what
 * is left at once, so replace gateways at a quiet hour. A different number of server pods is a different configuration, and replaces the gateways too.
 *
 * @example
 * const gateway = new WebSocketGateway(chart, 'Gateway', { name: 'websocket-gateway', server, addressesAppended: 2 });
 */
export class WebSocketGateway extends Construct implements WebSocketBackend {
  readonly workload: ApiObject;
  /** The nginx.conf. */
  readonly configMap: ApiObject;
  /** One Service for each pod of the server; without affinity, one for all of them. */
  readonly upstreams: readonly ApiObject[];
  readonly disruptionBudget: DisruptionBudget | undefined;
  readonly autoscaler: Autoscaler | undefined;
  readonly networkPolicy: ServerNetworkPolicy;
  readonly serviceAccount: ApiObject;

  readonly selector: Readonly<Record<string, string>>;
  readonly servingPort: number;
  readonly timing: Timing;
  readonly addressesAppended: number;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: WebSocketGatewayProps) {
    super(scope, id);
    const problems = new Problems();
    checkGateway(problems, props, Chart.of(this).namespace);
    problems.throwIfAny();

    const { name, server } = props;
    this.timing = server.timing;
    this.selector = Object.freeze({ app: name });
    this.servingPort = props.port ?? DEFAULT_PROXY_PORT;
    this.addressesAppended = props.addressesAppended;
    this.serviceAccount = powerlessAccount(this, name, this.selector);
    this.upstreams = upstreamsOf(props).map(({ host, selector }) => this.upstream(host, selector, server));
    const nginx = nginxContainer(this, {
      name: `${name}-config`,
      conf: gatewayConf(confProps(props)),
      port: this.servingPort,
      timing: this.timing,
      image: props.image,
      resources: props.resources,
    });
    this.configMap = nginx.configMap;

    const replicas = props.autoscaling?.minReplicas ?? props.replicas ?? REPLICAS;
    this.workload = kubeObject(this, 'Workload', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: workloadMetadata(name, this.selector, this.timing),
      spec: deploymentSpec(
        {
          ...(props.autoscaling === undefined ? { replicas } : {}),
          template: {
            metadata: podMetadata(this.selector, {
              safeToEvict: false,
              container: 'nginx',
              configHash: nginx.configHash,
            }),
            spec: {
              ...podSpec({
                labels: this.selector,
                timing: this.timing,
                serviceAccountName: this.serviceAccount.name,
                mountToken: false,
                group: NGINX_USER,
                sysctls: nginx.sysctls,
                imagePullSecrets: props.imagePullSecrets?.map((secret) => secret.name),
                volumes: nginx.volumes,
              }),
              containers: [nginx.container],
            },
          },
        },
        this.selector,
      ),
    });
    this.disruptionBudget =
      replicas > 1 ? new DisruptionBudget(this, 'DisruptionBudget', { name, selector: this.selector }) : undefined;
    this.autoscaler =
      props.autoscaling === undefined
        ? undefined
        : new Autoscaler(this, 'Autoscaler', {
            ...props.autoscaling,
            name,
            target: this.workload,
            timing: this.timing,
          });
    this.networkPolicy = new ServerNetworkPolicy(this, 'NetworkPolicy', {
      ...props.traffic,
      name,
      selector: this.selector,
      port: this.servingPort,
    });
  }

  private upstream(name: string, selector: Readonly<Record<string, string>>, server: WebSocketServer): ApiObject {
    return kubeObject(
      this,
      `Upstream-${name}`,
      k8s.KubeService.manifest({
        metadata: { name, labels: { ...server.selector } },
        spec: {
          type: 'ClusterIP',
          selector: { ...selector },
          ports: [
            {
              name: 'http',
              port: server.servingPort,
              protocol: 'TCP',
              targetPort: k8s.IntOrString.fromNumber(server.servingPort),
            },
          ],
          internalTrafficPolicy: 'Cluster',
          publishNotReadyAddresses: false,
          // Its callers are the gateways: bound by address, each of them would use one pod only.
          sessionAffinity: 'None',
        },
      }),
    );
  }
}

/** Notes everything wrong with the properties of a gateway in `namespace`. */
function checkGateway(problems: Problems, props: WebSocketGatewayProps, namespace: string | undefined): void {
  const { server, affinity = 'clientAddress' } = props;
  checkLabelName(problems, 'name', props.name, 52);
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
  if (props.replicas !== undefined) checkInteger(problems, 'replicas', props.replicas, 1, 1000);
  if (props.autoscaling !== undefined) {
    checkAutoscaling(problems.at('autoscaling'), props.autoscaling);
    if (props.replicas !== undefined) {
      problems.add(
        'replicas',
        `${props.replicas} and autoscaling contradict each other: each apply would undo the autoscaler; leave one out`,
      );
    }
  }
  checkImage(problems, 'image', props.image ?? DEFAULT_PROXY_IMAGE);
  checkResources(problems.at('resources'), props.resources ?? DEFAULT_NGINX_RESOURCES);
  checkTraffic(problems.at('traffic'), props.traffic ?? {});
  problems.gather(() => gatewayConf(confProps(props)));
}

/** What nginx is told of the server, each with the pods behind it. */
function upstreamsOf(
  props: WebSocketGatewayProps,
): readonly { readonly host: string; readonly selector: Readonly<Record<string, string>> }[] {
  const { server } = props;
  if (props.affinity === 'none' || server.podNames === undefined) {
    return [{ host: `${props.name}-upstream`, selector: server.selector }];
  }
  return server.podNames.map((host) => ({ host, selector: { ...server.selector, [POD_NAME_LABEL]: host } }));
}

function confProps(props: WebSocketGatewayProps): GatewayConfProps {
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
    servers: upstreamsOf(props).map(({ host }) => ({ host, port: server.servingPort })),
    affinity: affinity === 'none' ? 'none' : 'client-address',
  };
}
