import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';

export interface DisruptionBudgetProps {
  /** Name of the object. */
  readonly name: string;
  /** The labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
}

/**
 * Lets node drains take one pod at a time. Stated as "at most one unavailable", not as "at least n available", so that it keeps its meaning
 * when the number of replicas changes; pods that are not ready may always be evicted, so that a broken rollout does not hold a
 * node upgrade up.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
export class DisruptionBudget extends Construct {
  readonly resource: ApiObject;

  constructor(scope: Construct, id: string, props: DisruptionBudgetProps) {
    super(scope, id);
    this.resource = kubeObject(
      this,
      'Resource',
      k8s.KubePodDisruptionBudget.manifest({
        metadata: { name: props.name },
        spec: {
          maxUnavailable: k8s.IntOrString.fromNumber(1),
          selector: { matchLabels: { ...props.selector } },
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
        },
      }),
    );
  }
}
