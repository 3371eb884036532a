import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkInteger } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { METRICS } from '../server/metrics';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import type { Timing } from '../timing/timing';

/** When to add and remove pods. Exactly one of `connectionsPerPod` and `cpuUtilization`. */
export interface AutoscalingProps {
  /** Never fewer pods than this. */
  readonly minReplicas: number;
  /** Never more pods than this. */
  readonly maxReplicas: number;
  /**
   * Connections that one pod should hold on average. Idle sockets use no CPU, so this is the number that tells how full a
   * server is; it needs a metrics adapter that serves {@link AutoscalingProps.connectionsMetric}.
   *
   * @default - scale on CPU instead
   */
  readonly connectionsPerPod?: number;
  /** The per-pod metric that counts open connections. @default METRICS.connections, "ws_connections" */
  readonly connectionsMetric?: string;
  /** Average CPU in percent of the request. @default - scale on connections instead */
  readonly cpuUtilization?: number;
}

export interface AutoscalerProps extends AutoscalingProps {
  /** Name of the object. */
  readonly name: string;
  /** What is scaled. */
  readonly target: ApiObject;
  /** Removing a pod takes as long as its shutdown and a replacement as long as its start. */
  readonly timing: Timing;
}

/** How long the metric must stay low before the first pod is removed, in seconds: a lunch break is not a reason to move everybody. */
const SCALE_DOWN_STABILIZATION_SECONDS = 1800;

/** The longest period that a scaling policy accepts, in seconds. */
const LONGEST_POLICY_PERIOD_SECONDS = 1800;

/** Notes everything wrong with the number of pods, whether it is fixed or left to an autoscaler. */
export function checkScale(
  problems: Problems,
  props: { readonly replicas?: number; readonly autoscaling?: AutoscalingProps },
): void {
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
}

function checkAutoscaling(problems: Problems, props: AutoscalingProps): void {
  checkInteger(problems, 'minReplicas', props.minReplicas, 1, 1000);
  checkInteger(problems, 'maxReplicas', props.maxReplicas, 1, 1000);
  if (props.maxReplicas < props.minReplicas) {
    problems.add(
      'maxReplicas',
      `${props.maxReplicas} is less than minReplicas ${props.minReplicas}; set it to at least ${props.minReplicas}`,
    );
  }
  if ((props.connectionsPerPod === undefined) === (props.cpuUtilization === undefined)) {
    problems.add('', 'scales on one thing: give either connectionsPerPod or cpuUtilization');
  }
  if (props.connectionsPerPod !== undefined)
    checkInteger(problems, 'connectionsPerPod', props.connectionsPerPod, 1, 1_000_000);
  if (props.cpuUtilization !== undefined) checkInteger(problems, 'cpuUtilization', props.cpuUtilization, 1, 100);
  if (props.connectionsMetric !== undefined && !/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(props.connectionsMetric)) {
    problems.add(
      'connectionsMetric',
      `${shown(props.connectionsMetric)} is not a metric name; use letters, digits, "_" and ":"`,
    );
  }
}

/**
 * Adds pods quickly and removes them one at a time, each only after the previous one had its whole shutdown: removing a pod moves all its connections.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
 */
export class Autoscaler extends Construct {
  readonly resource: ApiObject;

  constructor(scope: Construct, id: string, props: AutoscalerProps) {
    super(scope, id);
    const shutdown = props.timing.terminationGracePeriodSeconds + props.timing.startupSeconds;
    this.resource = kubeObject(
      this,
      'Resource',
      k8s.KubeHorizontalPodAutoscalerV2.manifest({
        metadata: { name: props.name },
        spec: {
          scaleTargetRef: { apiVersion: props.target.apiVersion, kind: props.target.kind, name: props.target.name },
          minReplicas: props.minReplicas,
          maxReplicas: props.maxReplicas,
          metrics: [metric(props)],
          behavior: {
            scaleUp: {
              stabilizationWindowSeconds: 0,
              selectPolicy: 'Max',
              policies: [{ type: 'Percent', value: 100, periodSeconds: 60 }],
            },
            scaleDown: {
              stabilizationWindowSeconds: SCALE_DOWN_STABILIZATION_SECONDS,
              selectPolicy: 'Min',
              policies: [{ type: 'Pods', value: 1, periodSeconds: Math.min(shutdown, LONGEST_POLICY_PERIOD_SECONDS) }],
            },
          },
        },
      }),
    );
  }
}

function metric(props: AutoscalingProps): k8s.MetricSpecV2 {
  if (props.connectionsPerPod === undefined) {
    return {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: props.cpuUtilization ?? 0 } },
    };
  }
  return {
    type: 'Pods',
    pods: {
      metric: { name: props.connectionsMetric ?? METRICS.connections.name },
      target: { type: 'AverageValue', averageValue: k8s.Quantity.fromNumber(props.connectionsPerPod) },
    },
  };
}
