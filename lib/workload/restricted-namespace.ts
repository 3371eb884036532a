import { type ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { checkLabelName, checkLabelValue } from '../input/kubernetes';
import { type Reader, reader, settled } from '../input/settings';
import { optional, record, type Shape, text } from '../input/shape';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';

const MODES = ['enforce', 'audit', 'warn'] as const;

export interface RestrictedNamespaceProps {
  readonly name: string;
  /** Further labels, such as `ALB_READINESS_GATE`. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

const SHAPE: Shape<RestrictedNamespaceProps> = {
  name: text('chat'),
  labels: optional(record(text('enabled'), { team: 'realtime' })),
};

/** Reads the properties of a namespace and notes everything wrong with them. */
export const readRestrictedNamespace: Reader<RestrictedNamespaceProps, RestrictedNamespaceProps> = reader(
  SHAPE,
  (problems, props) => {
    checkLabelName(problems, 'name', props.name);
    for (const [name, value] of Object.entries(props.labels ?? {})) {
      if (MODES.some((mode) => name === `pod-security.kubernetes.io/${mode}`))
        problems.add(`labels.${name}`, 'is written here, as "restricted"; leave it out');
      checkLabelValue(problems, `labels.${name}`, value);
    }
    return props;
  },
);

/**
 * A namespace in which the API server admits restricted pods only.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export class RestrictedNamespace extends Construct {
  readonly resource: ApiObject;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: RestrictedNamespaceProps) {
    super(...placed(scope, id));
    const { name, labels } = settled((problems) => readRestrictedNamespace(problems, props));
    this.resource = kubeObject(
      this,
      'Resource',
      k8s.KubeNamespace.manifest({
        metadata: {
          name,
          labels: {
            ...labels,
            ...Object.fromEntries(MODES.map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted'])),
          },
        },
      }),
    );
    // A chart stamps its own namespace on every object, but a namespace is in none.
    this.resource.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
