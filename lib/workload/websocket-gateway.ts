import { type ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Problems } from '../input/problems';
import { DEFAULT_PROXY_PORT, gatewayConf } from '../nginx';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import type { Timing } from '../timing/timing';
import { Autoscaler } from './autoscaler';
import type { WebSocketBackend } from './backend';
import { DisruptionBudget } from './disruption-budget';
import { checkGateway, gatewayConfProps, upstreamsOf, type WebSocketGatewayProps } from './gateway-props';
import { ServerNetworkPolicy } from './network-policy';
import { NGINX_USER, nginxContainer } from './nginx-container';
import { podMetadata, podSpec } from './pod-spec';
import { deploymentSpec, workloadMetadata } from './rollout';
import { powerlessAccount } from './service-account';
import type { WebSocketServer } from './websocket-server';

/** The number of pods that the documents give the gateway: one can be replaced and one can fail. */
const REPLICAS = 3;

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
      conf: gatewayConf(gatewayConfProps(props)),
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
