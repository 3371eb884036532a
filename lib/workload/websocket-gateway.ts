import { type ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { settled } from '../input/settings';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';
import type { Timing } from '../timing/timing';
import { Autoscaler } from './autoscaler';
import type { WebSocketBackend } from './backend';
import { DisruptionBudget } from './disruption-budget';
import { readGateway, type Upstream, type WebSocketGatewayProps } from './gateway-props';
import { ServerNetworkPolicy, type Traffic } from './network-policy';
import { NGINX_USER, nginxContainer } from './nginx-container';
import { podMetadata, podSpec } from './pod-spec';
import { deploymentSpec, workloadMetadata } from './rollout';
import { serviceManifest } from './service';
import { powerlessAccount } from './service-account';
import type { WebSocketServer } from './websocket-server';

/**
 * A tier of its own between the balancer and a server: nginx that does nothing but hold WebSockets, scaled, drained and replaced apart from the
 * application.
 *
 * How it finds the pods: nginx resolves a name once, when it starts, and a pod's address changes with every replacement; several addresses behind
 * one name are one choice to its hash, so that a headless Service would undo the affinity. Each pod therefore gets a Service of its own, whose
 * address stays. Every client has its own order of the pods, the same in every gateway, and goes to the first that is there: at once where connections are refused, as they are at the
 * Service of a pod that does not exist, and after a second where nobody answers. So the server may be autoscaled over any range. A pod that comes back takes its clients back; those
 * that poll open a new session then. While a pod drains it answers new sessions with 503 until its readiness fails; clients try again and land on the next.
 *
 * A network that drops what is sent to a Service without pods, instead of refusing it, makes every pod that an autoscaler has removed cost its clients a second: keep `maxReplicas` near
 * `minReplicas` there.
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
  readonly name: string;
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
  readonly traffic: Traffic;
  readonly timing: Timing;
  readonly addressesAppended: number;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: WebSocketGatewayProps) {
    super(...placed(scope, id));
    const settings = settled((problems) => readGateway(problems, props, Chart.of(this).namespace));
    const { name, server, port, image, resources, conf, replicas, autoscaling, traffic } = settings;
    this.name = name;
    this.timing = server.timing;
    this.traffic = traffic;
    this.selector = Object.freeze({ app: name });
    this.servingPort = port;
    this.addressesAppended = settings.addressesAppended;
    this.serviceAccount = powerlessAccount(this, name, this.selector);
    this.upstreams = settings.upstreams.map((upstream) => this.upstream(upstream, server));
    const nginx = nginxContainer(this, {
      name: `${name}-config`,
      conf,
      port,
      timing: this.timing,
      image,
      resources,
      diskKibibytes: settings.diskKibibytes,
    });
    this.configMap = nginx.configMap;

    this.workload = kubeObject(this, 'Workload', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: workloadMetadata(name, this.selector, this.timing),
      spec: deploymentSpec(
        {
          ...(autoscaling === undefined ? { replicas } : {}),
          template: {
            metadata: podMetadata(this.selector, {
              safeToEvict: false,
              container: 'nginx',
              configHash: nginx.configHash,
            }),
            spec: {
              ...podSpec({
                selector: this.selector,
                timing: this.timing,
                serviceAccountName: this.serviceAccount.name,
                mountToken: false,
                group: NGINX_USER,
                sysctls: nginx.sysctls,
                imagePullSecrets: settings.imagePullSecrets?.map((secret) => secret.name),
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
      autoscaling === undefined
        ? undefined
        : new Autoscaler(this, 'Autoscaler', { name, target: this.workload, timing: this.timing, autoscaling });
    this.networkPolicy = new ServerNetworkPolicy(this, 'NetworkPolicy', {
      name,
      selector: this.selector,
      port,
      traffic,
    });
  }

  private upstream({ host: name, selector }: Upstream, server: WebSocketServer): ApiObject {
    // Its callers are the gateways: bound by address, each of them would use one pod only.
    return kubeObject(
      this,
      `Upstream-${name}`,
      serviceManifest({ name, labels: server.selector, selector, port: server.servingPort, finds: 'any' }),
    );
  }
}
