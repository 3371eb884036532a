import { checkLabelName } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { object, optional, type Shape, text } from '../input/shape';

/** Where KEDA finds out how many connections there are. */
export interface KedaProps {
  /** Where Prometheus answers, such as `http://prometheus.monitoring:9090`, as KEDA's operator reaches it. */
  readonly prometheus: string;
  /**
   * What is asked: one number, the connections of all pods together.
   *
   * @default - the sum of the metric over the pods of the workload, by the labels `namespace` and `pod`
   */
  readonly query?: string;
  /** Name of a TriggerAuthentication in the same namespace, where Prometheus wants to know who asks. @default - none */
  readonly authentication?: string;
}

/** KEDA among the properties of an autoscaling. */
export const KEDA_FIELD = optional(
  object<KedaProps>({
    prometheus: text('http://prometheus.monitoring:9090'),
    query: optional(text('sum(ws_connections)')),
    authentication: optional(text('prometheus')),
  } satisfies Shape<KedaProps>),
);

/** Notes what KEDA could not go by. */
export function checkKeda(problems: Problems, keda: KedaProps): void {
  if (!/^https?:\/\/[^\s/]+/.test(keda.prometheus))
    problems.add(
      'prometheus',
      `${shown(keda.prometheus)} is no address; give one such as "http://prometheus.monitoring:9090"`,
    );
  if (keda.query?.trim() === '') problems.add('query', 'is empty; give one that answers one number, or leave it out');
  if (keda.authentication !== undefined) checkLabelName(problems, 'authentication', keda.authentication);
}

/** What a ScaledObject is made of. */
export interface ScaledObjectParts {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly target: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly connectionsPerPod: number;
  readonly metric: string;
  readonly keda: KedaProps;
  /** As in a HorizontalPodAutoscaler, which KEDA makes of it. */
  readonly behavior: object;
}

/**
 * KEDA's autoscaler on the number of connections. It makes a HorizontalPodAutoscaler itself, so that there must be no other.
 *
 * @see https://keda.sh/docs/latest/reference/scaledobject-spec/
 * @see https://keda.sh/docs/latest/scalers/prometheus/
 */
export function scaledObject(parts: ScaledObjectParts) {
  const { name, namespace, target, keda, metric } = parts;
  const pods = `${namespace === undefined ? '' : `namespace="${namespace}",`}pod=~"${target.name}-.*"`;
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name },
    spec: {
      scaleTargetRef: target,
      minReplicaCount: parts.minReplicas,
      maxReplicaCount: parts.maxReplicas,
      advanced: { horizontalPodAutoscalerConfig: { behavior: parts.behavior } },
      triggers: [
        {
          type: 'prometheus',
          metricType: 'AverageValue',
          metadata: {
            serverAddress: keda.prometheus,
            query: keda.query ?? `sum(${metric}{${pods}})`,
            threshold: String(parts.connectionsPerPod),
          },
          ...(keda.authentication === undefined ? {} : { authenticationRef: { name: keda.authentication } }),
        },
      ],
    },
  };
}
