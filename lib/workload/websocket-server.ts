import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { settled } from '../input/settings';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';
import type { Timing } from '../timing/timing';
import { Autoscaler } from './autoscaler';
import type { WebSocketBackend } from './backend';
import { DisruptionBudget } from './disruption-budget';
import { ServerNetworkPolicy, type Traffic } from './network-policy';
import { podTemplate } from './pod-template';
import { ProxySidecar } from './proxy-sidecar';
import { deploymentSpec, statefulSetSpec, workloadMetadata } from './rollout';
import type { WebSocketServerProps } from './server-props';
import { readServer } from './server-settings';
import { serviceManifest } from './service';
import { powerlessAccount } from './service-account';
import { claimSpec, type Storage } from './storage';

/**
 * A server of long-lived connections: a Deployment, or a StatefulSet when each pod keeps data of its own, with everything that lets its
 * connections survive what can be survived: probes, drain, spread, disruption budget, network policy and an account without rights.
 *
 * @example
 * new WebSocketServer(chart, 'Server', {
 *   name: 'chat',
 *   image: 'chat-backend:1.4.2',
 *   port: 3001,
 *   timing: deriveTiming(),
 *   adapter: { kind: 'redis-streams', url: { secret: Secret.fromSecretName(chart, 'Redis', 'chat-redis'), key: 'url' } },
 * });
 */
export class WebSocketServer extends Construct implements WebSocketBackend {
  /** The Deployment or StatefulSet. */
  readonly workload: ApiObject;
  readonly name: string;
  /** The network identity of a StatefulSet's pods. */
  readonly headlessService: ApiObject | undefined;
  /** The claim that all pods share. */
  readonly claim: ApiObject | undefined;
  readonly proxy: ProxySidecar | undefined;
  /** Left out where there is one pod: it would only block node drains. */
  readonly disruptionBudget: DisruptionBudget | undefined;
  readonly autoscaler: Autoscaler | undefined;
  readonly networkPolicy: ServerNetworkPolicy;
  /** Left out where the caller brought one. */
  readonly serviceAccount: ApiObject | undefined;

  /** The labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** The port that clients reach. */
  readonly servingPort: number;
  readonly traffic: Traffic;
  readonly timing: Timing;
  readonly addressesAppended: number | undefined;
  /** Where the application serves its metrics; `undefined` where it has none. */
  readonly metricsPort: number | undefined;
  /** Where nginx's exporter is asked; `undefined` without one. */
  readonly exporterPort: number | undefined;
  /** How many connections each pod takes at most; `undefined` without a proxy, which is what counts them. */
  readonly maxConnections: number | undefined;
  /** How many pods there are at the least. */
  readonly replicas: number;
  /** The name of every pod there can be; `undefined` where pods have no names of their own. */
  readonly podNames: readonly string[] | undefined;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: WebSocketServerProps) {
    super(...placed(scope, id));
    const settings = settled((problems) => readServer(problems, props));
    const { name, timing, storage, replicas, autoscaling, traffic } = settings;
    this.name = name;
    this.timing = timing;
    this.traffic = traffic;
    this.selector = settings.selector;
    this.servingPort = settings.servingPort;
    this.addressesAppended = settings.addressesAppended;
    this.maxConnections = settings.maxConnections;
    this.metricsPort = settings.metricsPort;
    this.exporterPort = settings.exporterPort;
    this.replicas = replicas;
    this.podNames = settings.podNames;

    this.proxy = settings.proxy === undefined ? undefined : new ProxySidecar(this, 'Proxy', settings.proxy);
    this.serviceAccount =
      settings.serviceAccount === undefined ? powerlessAccount(this, name, this.selector) : undefined;
    this.claim = storage?.per === 'workload' ? this.sharedClaim(name, storage) : undefined;
    this.headlessService = settings.stableNames ? this.governingService(name) : undefined;

    const template = podTemplate(settings, {
      proxy: this.proxy,
      claim:
        storage === undefined || this.claim === undefined
          ? undefined
          : { name: storage.name, persistentVolumeClaim: { claimName: this.claim.name } },
    });
    const pods = { ...(autoscaling === undefined && !settings.external ? { replicas } : {}), template };
    const numbered = this.headlessService;
    this.workload = kubeObject(this, 'Workload', {
      apiVersion: 'apps/v1',
      kind: numbered === undefined ? 'Deployment' : 'StatefulSet',
      metadata: workloadMetadata(name, this.selector, timing, {
        ...(settings.external ? { 'holdfast/ignore-WS320': 'somebody else decides how many pods there are' } : {}),
        ...settings.annotations,
      }),
      spec:
        numbered === undefined
          ? deploymentSpec(pods, this.selector, storage !== undefined && storage.accessMode !== 'ReadWriteMany')
          : statefulSetSpec(pods, this.selector, numbered.name, storage),
    });

    this.disruptionBudget =
      replicas > 1 ? new DisruptionBudget(this, 'DisruptionBudget', { name, selector: this.selector }) : undefined;
    this.autoscaler =
      autoscaling === undefined
        ? undefined
        : new Autoscaler(this, 'Autoscaler', { name, target: this.workload, timing, autoscaling });
    this.networkPolicy = new ServerNetworkPolicy(this, 'NetworkPolicy', {
      name,
      selector: this.selector,
      port: this.servingPort,
      traffic,
    });
    for (const child of this.node.findAll()) {
      if (!(child instanceof ApiObject)) continue;
      for (const [key, value] of Object.entries(settings.labels)) child.metadata.addLabel(key, value);
    }
  }

  private sharedClaim(name: string, storage: Storage): ApiObject {
    return kubeObject(
      this,
      'Claim',
      k8s.KubePersistentVolumeClaim.manifest({
        metadata: { name: `${name}-${storage.name}`, labels: { ...this.selector } },
        spec: claimSpec(storage),
      }),
    );
  }

  private governingService(name: string): ApiObject {
    return kubeObject(
      this,
      'HeadlessService',
      serviceManifest({
        name: `${name}-headless`,
        labels: this.selector,
        selector: this.selector,
        port: this.servingPort,
        finds: 'names',
      }),
    );
  }
}
