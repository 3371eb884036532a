import { InvalidInputError, shown } from '../input/problems';
import { printPath } from '../manifest/field';
import { loadPaths } from '../manifest/load';
import { identityOf } from '../manifest/manifest';
import { isSocketIoPath } from '../system/probe';
import type { Step, StepState, Thread } from '../system/thread/step';
import { threadsOf, threadsTo } from '../system/thread/thread';
import type { Terminal } from './terminal';

/** How a step is marked. */
const SIGNS: Readonly<Record<StepState, string>> = { holds: '√', broken: '×', doubtful: '‼', unknown: '?' };

/** The thread of one route, from its host and path to the process: 1 where it breaks, 2 where nothing could be looked at. */
export function explainRoute(route: string, paths: readonly string[], json: boolean, terminal: Terminal): 0 | 1 {
  const given = paths.length === 0 ? ['.'] : paths;
  const { bundle, problems } = loadPaths(given, { cwd: terminal.cwd, stdin: terminal.stdin });
  if (problems.length > 0) throw new InvalidInputError(problems);
  const { host, path } = addressOf(route);
  const asked = threadsTo(bundle, host === '' ? undefined : host, path);
  // A balancer of connections takes any host; where hosts are written, a name that is none of them is a slip.
  const named = host !== '' && threadsOf(bundle).some((thread) => thread.host !== undefined);
  const threads = named ? asked.filter(({ route }) => route.kind !== 'Service') : asked;
  if (threads.length === 0) {
    const known = [...new Set(threadsOf(bundle).map(nameOf))];
    const there = known.length === 0 ? 'there is no route' : `there are ${known.slice(0, 8).join(', ')}`;
    throw new InvalidInputError([`--route ${shown(route)} leads through none of these manifests; ${there}`]);
  }
  terminal.out(json ? `${JSON.stringify(threads.map(asData), null, 2)}\n` : threads.map(inWords).join('\n'));
  return threads.some(({ steps }) => steps.some(isFlaw)) ? 1 : 0;
}

/** An address as people copy it: with scheme, port and query, which lead nowhere else, and without the slash that clients of Socket.IO ask with. */
function addressOf(route: string): { readonly host: string; readonly path: string } {
  const [, host = '', path = '/'] = /^(?:(?:https?|wss?):\/\/)?([^/?#]*)(\/[^?#]*)?/i.exec(route) ?? [];
  return {
    host: host.replace(/:\d+$/, '').toLowerCase(),
    path: isSocketIoPath(path) && !path.endsWith('/') ? `${path}/` : path,
  };
}

function nameOf({ host, asked }: Thread): string {
  return `${host ?? ''}${asked}`;
}

function isFlaw({ state }: Step): boolean {
  return state === 'broken' || state === 'doubtful';
}

function inWords(thread: Thread): string {
  const { route, workload, steps } = thread;
  const led = workload === undefined ? '' : ` to ${workload.kind} ${workload.metadata.name}`;
  const width = Math.max(...steps.map(({ at }) => at.length));
  return [
    `${nameOf(thread)}  ${route.kind} ${route.metadata.name}${led}`,
    ...steps.flatMap((step) => [
      `  ${SIGNS[step.state]} ${step.at.padEnd(width)}  ${step.words}  (${step.object.kind} ${step.object.metadata.name} ${printPath(step.path)})`,
      ...(isFlaw(step) && step.fix !== undefined ? [`    → ${step.fix}`] : []),
    ]),
    '',
  ].join('\n');
}

function asData({ route, controller, host, asked, workload, steps }: Thread): object {
  return {
    route: identityOf(route),
    controller,
    host: host ?? null,
    path: asked,
    workload: workload === undefined ? null : identityOf(workload),
    whole: steps.every(({ state }) => state === 'holds'),
    steps: steps.map(({ at, state, object, path, words, expected, fix }) => ({
      at,
      state,
      object: identityOf(object),
      field: printPath(path),
      found: words,
      ...(state === 'holds' ? {} : { expected, fix }),
    })),
  };
}
