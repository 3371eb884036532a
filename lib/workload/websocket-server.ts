import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Problems } from '../input/problems';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import type { Timing } from '../timing/timing';
import { Autoscaler } from './autoscaler';
import { DisruptionBudget } from './disruption-budget';
import { ServerNetworkPolicy } from './network-policy';
import { type PodParts, podTemplate } from './pod-template';
import { ProxySidecar } from './proxy-sidecar';
import { checkServer, replicasOf, servingPortOf, type WebSocketServerProps } from './server-props';
import { claimSpec, type Storage, storageOf } from './storage';

/** The annotation in which the derived timing travels with the workload, for whoever examines it later. */
export const TIMING_ANNOTATION = 'holdfast/timing';

/** How long a new pod must stay ready before the rollout goes on, in seconds: time for its first clients to show that they stay. */
const MIN_READY_SECONDS = 30;

/**
 * A server of long-lived connections: a Deployment, or a StatefulSet when each pod keeps data of its own, with everything that lets its
 * connections survive what can be survived: probes, drain, spread, disruption budget, network policy and an account without rights.
 *
 * @example
 * new WebSocketServer(chart, 'Server', { name: 'chat', image: 'chat-backend:1.4.2', port: 3001, timing: deriveTiming() });
 */
export class WebSocketServer extends Construct {
  /** The Deployment or StatefulSet. */
  readonly workload: ApiObject;
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
  readonly timing: Timing;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: WebSocketServerProps) {
    super(scope, id);
    const problems = new Problems();
    checkServer(problems, props);
    problems.throwIfAny();

    const { name, timing } = props;
    this.timing = timing;
    this.selector = Object.freeze({ app: name });
    this.servingPort = servingPortOf(props);
    const replicas = replicasOf(props);
    const storage = props.storage === undefined ? undefined : storageOf(props.storage);

    this.proxy =
      props.proxy === undefined
        ? undefined
        : new ProxySidecar(this, 'Proxy', { ...props.proxy, name: `${name}-nginx`, timing, upstreamPort: props.port });
    this.serviceAccount = props.serviceAccount === undefined ? this.account(name) : undefined;
    this.claim = storage?.per === 'workload' ? this.sharedClaim(name, storage) : undefined;
    this.headlessService = storage?.per === 'pod' ? this.governingService(name) : undefined;

    const template = podTemplate(props, {
      labels: this.selector,
      serviceAccountName: props.serviceAccount?.name ?? name,
      proxy: this.proxy,
      storageVolume: storage?.name,
      claim:
        storage === undefined || this.claim === undefined
          ? undefined
          : { name: storage.name, persistentVolumeClaim: { claimName: this.claim.name } },
    } satisfies PodParts);
    const fixedReplicas = props.autoscaling === undefined ? { replicas } : {};
    this.workload =
      storage?.per === 'pod'
        ? this.statefulSet(name, { ...fixedReplicas, template }, storage)
        : this.deployment(name, { ...fixedReplicas, template }, storage);

    this.disruptionBudget =
      replicas > 1 ? new DisruptionBudget(this, 'DisruptionBudget', { name, selector: this.selector }) : undefined;
    this.autoscaler =
      props.autoscaling === undefined
        ? undefined
        : new Autoscaler(this, 'Autoscaler', { ...props.autoscaling, name, target: this.workload, timing });
    this.networkPolicy = new ServerNetworkPolicy(this, 'NetworkPolicy', {
      ...props.traffic,
      name,
      selector: this.selector,
      port: this.servingPort,
    });
  }

  private metadata(name: string): k8s.ObjectMeta {
    return { name, labels: { ...this.selector }, annotations: { [TIMING_ANNOTATION]: JSON.stringify(this.timing) } };
  }

  private deployment(name: string, pods: object, storage: Storage | undefined): ApiObject {
    // A surge pod would wait for a volume that the pod it replaces still holds.
    const exclusive = storage !== undefined && storage.accessMode !== 'ReadWriteMany';
    return kubeObject(this, 'Workload', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: this.metadata(name),
      spec: {
        ...pods,
        selector: { matchLabels: { ...this.selector } },
        strategy: exclusive
          ? { type: 'Recreate' }
          : { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        minReadySeconds: MIN_READY_SECONDS,
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 10,
      },
    });
  }

  private statefulSet(name: string, pods: object, storage: Storage): ApiObject {
    return kubeObject(this, 'Workload', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: this.metadata(name),
      spec: {
        ...pods,
        selector: { matchLabels: { ...this.selector } },
        serviceName: this.headlessService?.name,
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        minReadySeconds: MIN_READY_SECONDS,
        revisionHistoryLimit: 10,
        // Data outlives both a smaller number of pods and the deletion of the set.
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: storage.name, labels: { ...this.selector } },
            spec: k8s.toJson_PersistentVolumeClaimSpec(claimSpec(storage)),
          },
        ],
      },
    });
  }

  private account(name: string): ApiObject {
    return kubeObject(
      this,
      'ServiceAccount',
      k8s.KubeServiceAccount.manifest({
        metadata: { name, labels: { ...this.selector } },
        automountServiceAccountToken: false,
      }),
    );
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
      k8s.KubeService.manifest({
        metadata: { name: `${name}-headless`, labels: { ...this.selector } },
        spec: {
          clusterIp: 'None',
          // Peers find each other before they are ready; the balancer has a Service of its own.
          publishNotReadyAddresses: true,
          selector: { ...this.selector },
          ports: [
            {
              name: 'http',
              port: this.servingPort,
              protocol: 'TCP',
              targetPort: k8s.IntOrString.fromNumber(this.servingPort),
            },
          ],
        },
      }),
    );
  }
}
