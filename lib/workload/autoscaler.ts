import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { checkInteger, checkSubdomainName } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { type Reader, reader, settled } from '../input/settings';
import { number, object, optional, type Shape, text, thing } from '../input/shape';
import { METRICS } from '../server/metrics';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';
import { LONGEST_POLICY_PERIOD_SECONDS, SCALE_DOWN_STABILIZATION_SECONDS, SCALE_UP_SECONDS } from '../timing/fixed';
import { readTiming } from '../timing/read-timing';
import type { Timing } from '../timing/timing';
import { TIMING_FIELD } from '../timing/timing-field';
import { checkKeda, KEDA_FIELD, type KedaProps, scaledObject } from './scaled-object';

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
  /**
   * Lets KEDA read the connections from Prometheus, where no adapter serves them as a metric of Kubernetes. For `connectionsPerPod`.
   *
   * @default - a HorizontalPodAutoscaler on the metric of the pods
   */
  readonly keda?: KedaProps;
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

/** More pods than anybody runs, and fewer than a slip of the hand asks for. */
export const MOST_REPLICAS = 1000;

/** How many pods there are. */
export interface Scale {
  /** At the least. */
  readonly replicas: number;
  /** At the most, apart from those that a rollout adds. */
  readonly maxReplicas: number;
  /** Where the number follows the load. */
  readonly autoscaling: Autoscaling | undefined;
  /** Somebody else writes the number. */
  readonly external: boolean;
}

/** Reads the number of pods, whether it is fixed or left to an autoscaler; `otherwise` where nothing is said. */
export function readScale(
  problems: Problems,
  props: { readonly replicas?: number | 'external'; readonly autoscaling?: AutoscalingProps | undefined },
  otherwise: number,
): Scale {
  if (props.replicas === 'external') {
    if (props.autoscaling !== undefined)
      problems.add(
        'replicas',
        '"external" and autoscaling contradict each other: two would decide how many pods there are; leave one out',
      );
    // Whatever is right for many pods is right for one.
    return { replicas: 2, maxReplicas: MOST_REPLICAS, autoscaling: undefined, external: true };
  }
  const { replicas = otherwise } = props;
  checkInteger(problems, 'replicas', replicas, 1, MOST_REPLICAS);
  if (props.autoscaling === undefined)
    return { replicas, maxReplicas: replicas, autoscaling: undefined, external: false };
  const autoscaling = readAutoscaling(problems.at('autoscaling'), props.autoscaling);
  if (props.replicas !== undefined) {
    problems.add(
      'replicas',
      `${replicas} and autoscaling contradict each other: each apply would undo the autoscaler; leave one out`,
    );
  }
  const { minReplicas, maxReplicas } = autoscaling;
  return { replicas: minReplicas, maxReplicas: Math.max(minReplicas, maxReplicas), autoscaling, external: false };
}

/** What {@link AutoscalingProps} hold. */
export const AUTOSCALING_SHAPE: Shape<AutoscalingProps> = {
  minReplicas: number(3),
  maxReplicas: number(20),
  connectionsPerPod: optional(number(2000)),
  connectionsMetric: optional(text(METRICS.connections.name)),
  cpuUtilization: optional(number(60)),
  keda: KEDA_FIELD,
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
  if (props.keda !== undefined) {
    checkKeda(problems.at('keda'), props.keda);
    if (props.cpuUtilization !== undefined)
      problems.add('keda', 'is for connections; give connectionsPerPod instead of cpuUtilization, or leave it out');
  }
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(connectionsMetric)) {
    problems.add(
      'connectionsMetric',
      `${shown(connectionsMetric)} is not a metric name; use letters, digits, "_" and ":"`,
    );
  }
  return { ...props, connectionsMetric };
});

const AUTOSCALER_SHAPE: Shape<AutoscalerProps> = {
  name: text('chat'),
  target: thing((value) => value instanceof ApiObject, 'the ApiObject of a Deployment or StatefulSet', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: 'stand-in',
  }),
  timing: TIMING_FIELD,
  autoscaling: { ...object(AUTOSCALING_SHAPE), standIn: { minReplicas: 1, maxReplicas: 1, cpuUtilization: 60 } },
};

/** Reads the properties of an autoscaler and notes everything wrong with them. */
const readAutoscaler: Reader<AutoscalerProps, AutoscalerProps & { readonly autoscaling: Autoscaling }> = reader(
  AUTOSCALER_SHAPE,
  (problems, props) => {
    checkSubdomainName(problems, 'name', props.name);
    const autoscaling = readAutoscaling(problems.at('autoscaling'), props.autoscaling);
    return { ...props, autoscaling, timing: readTiming(problems.at('timing'), props.timing) };
  },
);

/**
 * Adds pods quickly and removes them one at a time, each only after the previous one had its whole shutdown: removing a pod moves all its connections.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
 */
export class Autoscaler extends Construct {
  readonly resource: ApiObject;

  /** @throws {InvalidInputError} with everything that is wrong with the autoscaling */
  constructor(scope: Construct, id: string, props: AutoscalerProps) {
    super(...placed(scope, id));
    const { name, target, autoscaling, timing } = settled((problems) => readAutoscaler(problems, props));
    const shutdown = timing.terminationGracePeriodSeconds + timing.startupSeconds;
    const scaleTargetRef = { apiVersion: target.apiVersion, kind: target.kind, name: target.name };
    const behavior = {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [{ type: 'Percent', value: 100, periodSeconds: SCALE_UP_SECONDS }],
      },
      scaleDown: {
        stabilizationWindowSeconds: SCALE_DOWN_STABILIZATION_SECONDS,
        selectPolicy: 'Min',
        policies: [{ type: 'Pods', value: 1, periodSeconds: Math.min(shutdown, LONGEST_POLICY_PERIOD_SECONDS) }],
      },
    };
    const { minReplicas, maxReplicas, connectionsPerPod, connectionsMetric, keda } = autoscaling;
    this.resource = kubeObject(
      this,
      'Resource',
      keda === undefined || connectionsPerPod === undefined
        ? k8s.KubeHorizontalPodAutoscalerV2.manifest({
            metadata: { name },
            spec: { scaleTargetRef, minReplicas, maxReplicas, metrics: [metric(autoscaling)], behavior },
          })
        : scaledObject({
            name,
            namespace: Chart.of(this).namespace,
            target: scaleTargetRef,
            minReplicas,
            maxReplicas,
            connectionsPerPod,
            metric: connectionsMetric,
            keda,
            behavior,
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
