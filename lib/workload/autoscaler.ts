import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkInteger } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { type Reader, reader, settled } from '../input/settings';
import { number, optional, type Shape, text } from '../input/shape';
import { METRICS } from '../server/metrics';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import { readTiming } from '../timing/read-timing';
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

/** When pods come and go, with every default filled in. */
export interface Autoscaling extends AutoscalingProps {
  readonly connectionsMetric: string;
}

export interface AutoscalerProps {
  /** Name of the object. */
  readonly name: string;
  /** What is scaled. */
  readonly target: ApiObject;
  /** Removing a pod takes as long as its shutdown and a replacement as long as its start. */
  readonly timing: Timing;
  readonly autoscaling: AutoscalingProps;
}

/** How long the metric must stay low before the first pod is removed, in seconds: a lunch break is not a reason to move everybody. */
const SCALE_DOWN_STABILIZATION_SECONDS = 1800;

/** More pods than anybody runs, and fewer than a slip of the hand asks for. */
export const MOST_REPLICAS = 1000;

/** The longest period that a scaling policy accepts, in seconds. */
const LONGEST_POLICY_PERIOD_SECONDS = 1800;

/** How many pods there are. */
export interface Scale {
  /** At the least. */
  readonly replicas: number;
  /** At the most, apart from those that a rollout adds. */
  readonly maxReplicas: number;
  /** Where the number follows the load. */
  readonly autoscaling: Autoscaling | undefined;
}

/** Reads the number of pods, whether it is fixed or left to an autoscaler; `otherwise` where nothing is said. */
export function readScale(
  problems: Problems,
  props: { readonly replicas?: number; readonly autoscaling?: AutoscalingProps | undefined },
  otherwise: number,
): Scale {
  const { replicas = otherwise } = props;
  checkInteger(problems, 'replicas', replicas, 1, MOST_REPLICAS);
  if (props.autoscaling === undefined) return { replicas, maxReplicas: replicas, autoscaling: undefined };
  const autoscaling = readAutoscaling(problems.at('autoscaling'), props.autoscaling);
  if (props.replicas !== undefined) {
    problems.add(
      'replicas',
      `${replicas} and autoscaling contradict each other: each apply would undo the autoscaler; leave one out`,
    );
  }
  const { minReplicas, maxReplicas } = autoscaling;
  return { replicas: minReplicas, maxReplicas: Math.max(minReplicas, maxReplicas), autoscaling };
}

/** What {@link AutoscalingProps} hold. */
export const AUTOSCALING_SHAPE: Shape<AutoscalingProps> = {
  minReplicas: number(3),
  maxReplicas: number(20),
  connectionsPerPod: optional(number(2000)),
  connectionsMetric: optional(text(METRICS.connections.name)),
  cpuUtilization: optional(number(60)),
};

/** Reads when pods come and go. */
export const readAutoscaling: Reader<AutoscalingProps, Autoscaling> = reader(AUTOSCALING_SHAPE, (problems, props) => {
  const { connectionsMetric = METRICS.connections.name } = props;
  checkInteger(problems, 'minReplicas', props.minReplicas, 1, MOST_REPLICAS);
  checkInteger(problems, 'maxReplicas', props.maxReplicas, 1, MOST_REPLICAS);
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
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(connectionsMetric)) {
    problems.add(
      'connectionsMetric',
      `${shown(connectionsMetric)} is not a metric name; use letters, digits, "_" and ":"`,
    );
  }
  return { ...props, connectionsMetric };
});

/**
 * Adds pods quickly and removes them one at a time, each only after the previous one had its whole shutdown: removing a pod moves all its connections.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
 */
export class Autoscaler extends Construct {
  readonly resource: ApiObject;

  /** @throws {InvalidInputError} with everything that is wrong with the autoscaling */
  constructor(scope: Construct, id: string, props: AutoscalerProps) {
    super(scope, id);
    const { autoscaling, timing } = settled((problems) => ({
      autoscaling: readAutoscaling(problems.at('autoscaling'), props.autoscaling),
      timing: readTiming(problems.at('timing'), props.timing),
    }));
    const shutdown = timing.terminationGracePeriodSeconds + timing.startupSeconds;
    this.resource = kubeObject(
      this,
      'Resource',
      k8s.KubeHorizontalPodAutoscalerV2.manifest({
        metadata: { name: props.name },
        spec: {
          scaleTargetRef: { apiVersion: props.target.apiVersion, kind: props.target.kind, name: props.target.name },
          minReplicas: autoscaling.minReplicas,
          maxReplicas: autoscaling.maxReplicas,
          metrics: [metric(autoscaling)],
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

function metric(props: Autoscaling): k8s.MetricSpecV2 {
  if (props.connectionsPerPod === undefined) {
    return {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: props.cpuUtilization ?? 0 } },
    };
  }
  return {
    type: 'Pods',
    pods: {
      metric: { name: props.connectionsMetric },
      target: { type: 'AverageValue', averageValue: k8s.Quantity.fromNumber(props.connectionsPerPod) },
    },
  };
}
