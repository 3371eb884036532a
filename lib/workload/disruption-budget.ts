import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkSubdomainName } from '../input/kubernetes';
import { checkSelector, SELECTOR_FIELD } from '../input/labels';
import { type Reader, reader, settled } from '../input/settings';
import { type Shape, text } from '../input/shape';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';

export interface DisruptionBudgetProps {
  /** Name of the object. */
  readonly name: string;
  /** The labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
}

const SHAPE: Shape<DisruptionBudgetProps> = { name: text('chat'), selector: SELECTOR_FIELD };

/** Reads the properties of a disruption budget and notes everything wrong with them. */
const readDisruptionBudget: Reader<DisruptionBudgetProps, DisruptionBudgetProps> = reader(SHAPE, (problems, props) => {
  checkSubdomainName(problems, 'name', props.name);
  checkSelector(problems, 'selector', props.selector);
  return props;
});

/**
 * Lets node drains take one pod at a time. Stated as "at most one unavailable", not as "at least n available", so that it keeps its meaning
 * when the number of replicas changes; pods that are not ready may always be evicted, so that a broken rollout does not hold a
 * node upgrade up.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
export class DisruptionBudget extends Construct {
  readonly resource: ApiObject;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: DisruptionBudgetProps) {
    super(...placed(scope, id));
    const { name, selector } = settled((problems) => readDisruptionBudget(problems, props));
    this.resource = kubeObject(
      this,
      'Resource',
      k8s.KubePodDisruptionBudget.manifest({
        metadata: { name },
        spec: {
          maxUnavailable: k8s.IntOrString.fromNumber(1),
          selector: { matchLabels: { ...selector } },
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
        },
      }),
    );
  }
}
