import { annotationOf } from '../manifest/annotation';
import type { Bundle } from '../manifest/bundle';
import { printPath, textOf, valueAt } from '../manifest/field';
import { groupedBy } from '../manifest/grouped';
import { isGkeIngress } from './backend-config';
import type { Entrance } from './entrance';
import { evidenceAt } from './evidence';
import { entryOf, unmatchedPathsOf } from './gke-paths';
import { attachmentOf } from './listeners';
import { literalPathOf } from './literal-paths';
import { refusedWays } from './network-policies';
import { type BackendReference, CLASS_ANNOTATION } from './route';
import type { Step, Thread } from './thread/step';
import { threadsOf } from './thread/thread';

/** Why no request comes through an entrance at all, in words; `undefined` where one may. */
export function shutBecause(bundle: Bundle, entrance: Entrance): string | undefined {
  return (
    skipped(entrance) ??
    detached(bundle, entrance) ??
    unmatched(bundle, entrance) ??
    broken(bundle, entrance) ??
    refused(bundle, entrance)
  );
}

/** GKE's controller looks for its class in the annotation only. */
function skipped({ route, controller }: Entrance): string | undefined {
  if (!isGkeIngress(controller) || annotationOf(route, CLASS_ANNOTATION) !== undefined) return undefined;
  const field = textOf(valueAt(route, ['spec', 'ingressClassName']));
  return field === undefined
    ? undefined
    : `Ingress ${route.metadata.name} says its class ${field} in the field, and GKE’s controller skips it`;
}

function detached(bundle: Bundle, { route }: Entrance): string | undefined {
  if (route.kind !== 'HTTPRoute') return undefined;
  const attachment = attachmentOf(bundle, route);
  const [first] = attachment.detached;
  return attachment.attached || first === undefined
    ? undefined
    : `HTTPRoute ${route.metadata.name} is attached to no listener: ${first.words}`;
}

/** The path that leads there is none that a client asks for. */
function unmatched(bundle: Bundle, entrance: Entrance): string | undefined {
  const { route } = entrance;
  const of = `of Ingress ${route.metadata.name}`;
  const literal = literalPathOf(bundle, entrance);
  if (literal !== undefined) return `path "${literal.text}" ${of} is taken letter by letter`;
  const unread = unmatchedPathsOf(bundle, route);
  const refused = unread.find((one) => one.refused);
  if (refused !== undefined) return `path "${refused.text}" ${of} is refused`;
  // Whoever opens a WebSocket may ask for the path itself.
  const at = printPath(entryOf(entrance));
  const narrow = unread.find((one) => printPath(one.at) === at);
  return narrow === undefined || !evidenceAt(bundle, entrance).sessions
    ? undefined
    : `path "${narrow.text}" ${of} matches nothing below it`;
}

/** The steps without which nothing answers, whatever is asked, each in words. */
const LOST: Readonly<Partial<Record<Step['at'], (step: Step, called: string) => string>>> = {
  rewrite: ({ words }, called) => `behind ${called} ${words}`,
  service: ({ words, path, expected }, called) =>
    `${called} leads to ${words}${path.at(-1) === 'subset' ? '' : `, not to ${expected}`}`,
  pods: ({ words }, called) => `${called} selects ${words}`,
  target: ({ words }) => words,
  listen: ({ words }) => words,
};

/** No thread goes on from here to a process. */
function broken(bundle: Bundle, { reference }: Entrance): string | undefined {
  const threads = bundle.once(threadsByReference).get(keyOf(reference)) ?? [];
  const ends = threads.map(({ steps }) => steps.find(({ at, state }) => state === 'broken' && LOST[at] !== undefined));
  const [first] = ends;
  if (first === undefined || ends.includes(undefined)) return undefined;
  return LOST[first.at]?.(first, `${first.object.kind} ${first.object.metadata.name}`);
}

/** The pods refuse whatever the balancer sends to them. */
function refused(bundle: Bundle, entrance: Entrance): string | undefined {
  const found = refusedWays(bundle).filter(({ refusal, ways }) => refusal.whole && ways.includes(entrance));
  const [first] = found;
  const shut = new Set(found.map(({ workload }) => workload));
  return first === undefined || entrance.workloads.some((one) => !shut.has(one))
    ? undefined
    : `NetworkPolicy ${first.policy.metadata.name} ${first.refusal.actual}`;
}

function threadsByReference(bundle: Bundle): ReadonlyMap<string, readonly Thread[]> {
  return groupedBy(threadsOf(bundle), ({ reference }) => keyOf(reference));
}

function keyOf({ from, path }: BackendReference): string {
  return JSON.stringify([from.kind, from.metadata.namespace, from.metadata.name, path]);
}
