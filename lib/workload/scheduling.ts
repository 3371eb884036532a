import { checkInteger, checkLabelValue, checkSubdomainName } from '../input/kubernetes';
import { checkKey, checkLabels } from '../input/labels';
import { type Problems, shown } from '../input/problems';
import { type Field, list, number, object, optional, record, type Shape, text } from '../input/shape';
import * as k8s from '../synth/k8s';
import { LEAST_STOP_SECONDS } from '../timing/fixed';
import { spotPlaceOf } from '../timing/spot-nodes';
import type { Timing } from '../timing/timing';

/** On which nodes pods may run, and whom they push aside. */
export interface SchedulingProps {
  /** Labels that a node must have. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /**
   * Taints of nodes that keep these pods out no longer. Nodes that a cloud takes back need `nodeShutdown` in the timing besides, and are refused without it.
   *
   * @default - none
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
   */
  readonly tolerations?: readonly k8s.Toleration[];

  /**
   * Which nodes and which neighbours pods prefer or need. The spread over zones and nodes, which every workload here has, stays beside it.
   *
   * @default - none
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#affinity-and-anti-affinity
   */
  readonly affinity?: k8s.Affinity;

  /** Name of a PriorityClass, which must exist. @default - that of the cluster */
  readonly priorityClassName?: string;
}

const OPERATORS = ['Equal', 'Exists'];
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const EXPRESSIONS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];

/** What one requirement of a selector holds; values are compared as text. */
interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: string[];
}

const requirements: Field = list(
  object<Requirement>({
    key: text('pool'),
    operator: text('In'),
    values: optional(list(text('chat'), ['chat'])),
  }),
  [{ key: 'pool', operator: 'In', values: ['chat'] }],
);

const selector = object<k8s.LabelSelector>({
  matchLabels: optional(record(text('chat'), { app: 'chat' })),
  matchExpressions: optional(requirements),
});

const nodes = object<k8s.NodeSelectorTerm>({
  matchExpressions: optional(requirements),
  matchFields: optional(requirements),
});

const pods = object<k8s.PodAffinityTerm>({
  topologyKey: text('kubernetes.io/hostname'),
  labelSelector: optional(selector),
  namespaces: optional(list(text('chat'), ['chat'])),
  namespaceSelector: optional(selector),
});

const neighbours = object<k8s.PodAffinity>({
  requiredDuringSchedulingIgnoredDuringExecution: optional(list(pods, [])),
  preferredDuringSchedulingIgnoredDuringExecution: optional(
    list(object<k8s.WeightedPodAffinityTerm>({ weight: number(100), podAffinityTerm: pods }), []),
  ),
});

const AFFINITY = object<k8s.Affinity>({
  nodeAffinity: optional(
    object<k8s.NodeAffinity>({
      requiredDuringSchedulingIgnoredDuringExecution: optional(
        object<k8s.NodeSelector>({ nodeSelectorTerms: list(nodes, []) }),
      ),
      preferredDuringSchedulingIgnoredDuringExecution: optional(
        list(object<k8s.PreferredSchedulingTerm>({ weight: number(100), preference: nodes }), []),
      ),
    }),
  ),
  podAffinity: optional(neighbours),
  podAntiAffinity: optional(neighbours),
});

/** What {@link SchedulingProps} hold. */
export const SCHEDULING_SHAPE: Shape<SchedulingProps> = {
  nodeSelector: optional(record(text('chat'), { pool: 'chat' })),
  tolerations: optional(
    list(
      object<k8s.Toleration>({
        key: optional(text('pool')),
        operator: optional(text('Equal')),
        value: optional(text('chat')),
        effect: optional(text('NoSchedule')),
        tolerationSeconds: optional(number(300)),
      }),
      [{ key: 'pool', value: 'chat', effect: 'NoSchedule' }],
    ),
  ),
  affinity: optional(AFFINITY),
  priorityClassName: optional(text('high')),
};

/**
 * Notes pods on nodes that a cloud takes back, or that may get there, whose shutdown does not fit into what such a node leaves them: preStop alone would use it up, in each of them at once, and the application never be told.
 *
 * @see https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#graceful-node-shutdown
 */
function checkSpot(problems: Problems, props: SchedulingProps, timing: Timing): void {
  if (timing.nodeShutdownSeconds !== undefined) return;
  const place = spotPlaceOf(props as Readonly<Record<string, unknown>>);
  if (place === undefined) return;
  const { label, value, seconds } = place.nodes;
  const { preStopSeconds: preStop, drainSeconds: drain, shutdownSeconds: shutdown } = timing;
  if (preStop + drain + shutdown + LEAST_STOP_SECONDS <= seconds) return;
  problems.add(
    String(place.path[0]),
    `${label}=${value} are nodes that are taken back and then leave a pod ${seconds} s, which preStop ${preStop} s + drain ${drain} s + shutdown ${shutdown} s do not fit in, so that ` +
      `every connection is cut at once; derive the timing with nodeShutdown: Duration.seconds(${seconds}), or keep these pods off such nodes`,
  );
}

/** Notes what a scheduler could not go by, and nodes for which the timing is too long. */
export function checkScheduling(problems: Problems, props: SchedulingProps, timing: Timing): void {
  checkSpot(problems, props, timing);
  const { nodeSelector = {}, tolerations = [], affinity = {}, priorityClassName } = props;
  checkLabels(problems, 'nodeSelector', nodeSelector);
  tolerations.forEach((toleration, i) => {
    checkToleration(problems.at(`tolerations[${i}]`), toleration);
  });
  checkAffinity(problems.at('affinity'), affinity);
  if (priorityClassName !== undefined) checkSubdomainName(problems, 'priorityClassName', priorityClassName);
}

function checkToleration(problems: Problems, toleration: k8s.Toleration): void {
  const { key = '', operator = 'Equal', value, effect, tolerationSeconds } = toleration;
  oneOf(problems, 'operator', operator, OPERATORS);
  if (effect !== undefined && effect !== '') oneOf(problems, 'effect', effect, EFFECTS);
  if (key !== '') checkKey(problems, 'key', key);
  else if (operator !== 'Exists')
    problems.add('key', 'is missing; name the taint, or give operator: "Exists" to tolerate all of them');
  if (operator === 'Exists' && value !== undefined && value !== '')
    problems.add('value', `${shown(value)} is compared with nothing by operator "Exists"; leave one of them out`);
  if (value !== undefined) checkLabelValue(problems, 'value', value);
  if (tolerationSeconds === undefined) return;
  checkInteger(problems, 'tolerationSeconds', tolerationSeconds, 0, 2_147_483_647);
  if (effect !== 'NoExecute')
    problems.add('tolerationSeconds', 'counts for effect "NoExecute" alone; set that effect, or leave it out');
}

function checkAffinity(problems: Problems, { nodeAffinity, podAffinity, podAntiAffinity }: k8s.Affinity): void {
  const node = problems.at('nodeAffinity');
  const { requiredDuringSchedulingIgnoredDuringExecution: required, ...rest } = nodeAffinity ?? {};
  if (required?.nodeSelectorTerms.length === 0)
    node.add(
      'requiredDuringSchedulingIgnoredDuringExecution',
      'has no term, which no node fulfils; add one, or leave it out',
    );
  required?.nodeSelectorTerms.forEach((term, i) => {
    checkNodes(node.at(`requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`), term);
  });
  rest.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ weight, preference }, i) => {
    const at = node.at(`preferredDuringSchedulingIgnoredDuringExecution[${i}]`);
    checkInteger(at, 'weight', weight, 1, 100);
    checkNodes(at.at('preference'), preference);
  });
  for (const [name, given] of Object.entries({ podAffinity, podAntiAffinity })) {
    given?.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, i) => {
      checkPods(problems.at(`${name}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`), term);
    });
    given?.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ weight, podAffinityTerm }, i) => {
      const at = problems.at(`${name}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`);
      checkInteger(at, 'weight', weight, 1, 100);
      checkPods(at.at('podAffinityTerm'), podAffinityTerm);
    });
  }
}

function checkNodes(problems: Problems, { matchExpressions = [], matchFields = [] }: k8s.NodeSelectorTerm): void {
  checkRequirements(problems, 'matchExpressions', matchExpressions, EXPRESSIONS);
  checkRequirements(problems, 'matchFields', matchFields, ['In', 'NotIn']);
}

function checkPods(problems: Problems, term: k8s.PodAffinityTerm): void {
  checkKey(problems, 'topologyKey', term.topologyKey);
  for (const [name, given] of Object.entries({
    labelSelector: term.labelSelector,
    namespaceSelector: term.namespaceSelector,
  })) {
    checkLabels(problems, `${name}.matchLabels`, given?.matchLabels ?? {});
    // Gt and Lt are for nodes.
    checkRequirements(problems.at(name), 'matchExpressions', given?.matchExpressions ?? [], EXPRESSIONS.slice(0, 4));
  }
}

function checkRequirements(
  problems: Problems,
  path: string,
  given: readonly Requirement[],
  operators: readonly string[],
): void {
  given.forEach(({ key, operator, values = [] }, i) => {
    const at = problems.at(`${path}[${i}]`);
    checkKey(at, 'key', key);
    if (!oneOf(at, 'operator', operator, operators)) return;
    const [least, most] = /In$/.test(operator)
      ? [1, Number.POSITIVE_INFINITY]
      : /Exist/.test(operator)
        ? [0, 0]
        : [1, 1];
    if (values.length >= least && values.length <= most) return;
    const wanted = most === 0 ? 'no values' : most === 1 ? 'one whole number' : 'at least one value';
    at.add('values', `${shown(values)} does not go with operator ${shown(operator)}; give ${wanted}`);
  });
}

function oneOf(problems: Problems, path: string, value: string, allowed: readonly string[]): boolean {
  if (allowed.includes(value)) return true;
  problems.add(path, `${shown(value)} is unknown; give one of ${allowed.join(', ')}`);
  return false;
}

/** What is given, as it stands in a pod. */
export function schedulingFields(props: SchedulingProps): Record<string, unknown> {
  const { nodeSelector, tolerations, affinity, priorityClassName } = props;
  const given = { nodeSelector, tolerations, affinity, priorityClassName };
  return k8s.toJson_PodSpec(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as k8s.PodSpec,
  ) as Record<string, unknown>;
}
