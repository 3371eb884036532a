import { checkAnnotations, checkLabels, type ReservedKeys } from '../input/labels';
import { type Problems, shown } from '../input/problems';
import { optional, record, type Shape, text } from '../input/shape';
import { CONFIG_HASH } from '../manifest/config-hash';
import { TIMING_ANNOTATION } from '../timing/read-timing';

/** What somebody marks objects with, and finds them by. */
export interface MarksProps {
  /**
   * Labels that select the pods, on the pods and on everything that belongs to them. They cannot be changed without deleting the workload: give those that a workload has already to adopt it.
   *
   * @default - { app: name }
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates
   */
  readonly selector?: Readonly<Record<string, string>>;

  /**
   * Further labels, which select nothing, on the pods and on every object that is made for them. Not in the claims of a StatefulSet, whose template cannot be changed.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /** Annotations of the Deployment or StatefulSet, besides the timing. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;

  /** Annotations of the pods, such as those that an agent on the node goes by. A change of one replaces the pods. @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
}

/** {@link MarksProps} with every default filled in and every value checked. */
export type Marks = Required<MarksProps>;

/** What controllers write, and a template must not. */
const LABELS_OF_CONTROLLERS: ReservedKeys = Object.fromEntries(
  [
    'pod-template-hash',
    'controller-revision-hash',
    'statefulset.kubernetes.io/pod-name',
    'apps.kubernetes.io/pod-index',
  ].map((key) => [key, "the workload's controller on each pod; leave it out"]),
);

const OURS_ON_WORKLOADS: ReservedKeys = {
  [TIMING_ANNOTATION]: 'this library; change the timing instead',
  'deployment.kubernetes.io/revision': "the workload's controller; leave it out",
};

const OURS_ON_PODS: ReservedKeys = {
  [CONFIG_HASH]: 'this library, for the nginx.conf; leave it out',
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'this library; set safeToEvict instead',
  'kubectl.kubernetes.io/default-container': 'this library; leave it out',
};

const MARK = optional(record(text('chat'), { team: 'chat' }));

/** What {@link MarksProps} hold. */
export const MARKS_SHAPE: Shape<MarksProps> = { selector: MARK, labels: MARK, annotations: MARK, podAnnotations: MARK };

/** Reads the marks of the workload `name`. */
export function readMarks(problems: Problems, name: string, props: MarksProps): Marks {
  const { selector = { app: name }, labels = {}, annotations = {}, podAnnotations = {} } = props;
  if (props.selector !== undefined) checkLabels(problems, 'selector', selector, LABELS_OF_CONTROLLERS);
  if (Object.keys(selector).length === 0)
    problems.add('selector', 'is empty, and would select every pod of the namespace; leave it out for { app: name }');
  checkLabels(problems, 'labels', labels, LABELS_OF_CONTROLLERS);
  for (const [key, value] of Object.entries(labels)) {
    const selecting = selector[key];
    if (selecting === undefined || selecting === value) continue;
    problems.add(
      `labels.${key}`,
      `${shown(value)} takes the pods away from their selector, which wants ${shown(selecting)}; leave it out, or choose another key`,
    );
  }
  checkAnnotations(problems, 'annotations', annotations, OURS_ON_WORKLOADS);
  checkAnnotations(problems, 'podAnnotations', podAnnotations, OURS_ON_PODS);
  return {
    selector: Object.freeze({ ...selector }),
    labels: Object.freeze({ ...labels }),
    annotations: Object.freeze({ ...annotations }),
    podAnnotations: Object.freeze({ ...podAnnotations }),
  };
}
