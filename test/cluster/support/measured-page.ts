import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shutdownTimeline, type Timing, timelineSvg } from '../../../lib/timing';
import { table } from '../../../scripts/markdown';
import type { RunReport } from '../../live/support/report';
import { type Row, TOLERANCE_SECONDS } from './ending';
import type { WhatRan } from './what-ran';

/** What each suite wrote, by the beginning of its file's name. */
interface Parts {
  readonly run: { readonly versions: Readonly<Record<string, string>>; readonly ran: WhatRan };
  readonly timeline: {
    readonly scenario: string;
    readonly timing: Timing;
    readonly pods: readonly { readonly pod: string; readonly rows: readonly Row[] }[];
  };
  readonly clients: RunReport;
  readonly fault: { readonly fault: string; readonly withinSeconds: number; readonly seconds: number };
  readonly autoscaling: { readonly what: string; readonly seconds: number; readonly withinSeconds: number };
}

/** The scenario that is drawn: its picture looks like production's. */
const DRAWN = "a rollout with production's proportions";

/** How many files of each kind a whole run writes. */
const COMPLETE: Readonly<Record<keyof Parts, number>> = { run: 1, timeline: 8, clients: 4, fault: 12, autoscaling: 3 };

/** The page and its picture, of what the suites wrote into `folder`. @throws when a suite did not run to its end */
export function measuredPage(folder: string): { readonly page: string; readonly svg: string } {
  const parts = <Name extends keyof Parts>(name: Name): readonly Parts[Name][] => {
    const files = (existsSync(folder) ? readdirSync(folder) : [])
      .filter((file) => new RegExp(`^${name}[-.]`).test(file))
      .sort();
    if (files.length < COMPLETE[name]) {
      throw new Error(
        `${folder} has ${files.length} of at least ${COMPLETE[name]} files of "${name}": run all suites, and mend what fails, before the page is written`,
      );
    }
    return files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Parts[Name]);
  };
  const [run] = parts('run') as [Parts['run']];
  const timelines = parts('timeline');
  const drawn = timelines.find(({ scenario }) => scenario === DRAWN);
  if (drawn === undefined) throw new Error(`nothing was measured of "${DRAWN}"`);
  const wrong = [
    ...timelines.flatMap(({ scenario, pods }) =>
      pods.flatMap(({ pod, rows }) =>
        rows.filter(({ agrees }) => !agrees).map(({ event }) => `${scenario}, ${pod}: ${event}`),
      ),
    ),
    ...[...parts('fault'), ...parts('autoscaling')]
      .filter(({ seconds, withinSeconds }) => !(seconds < withinSeconds))
      .map((late) => `${'fault' in late ? late.fault : late.what}: ${late.seconds} s`),
    ...parts('clients')
      .filter(({ messages }) => messages.lost > 0 || messages.duplicates > 0)
      .map(({ run }) => `${run}: messages lost, or twice`),
  ];
  if (wrong.length > 0) throw new Error(`no page is written of what failed:\n${wrong.join('\n')}`);
  const { versions, ran } = run;
  return {
    svg: picture(drawn),
    page: `# Measured on a real cluster

\`npm run cluster:up && HOLDFAST_MEASURED_PAGE=1 npm run test:cluster\` writes this page: API server, controllers, scheduler, kubelet, containerd and kube-proxy on one node, pods of the
manifests that production's environment makes, and clients that each have an address of their own.

<!-- summary -->
${summary(timelines, parts('clients'), parts('fault'))}
<!-- /summary -->

${Object.entries(versions)
  .map(([what, version]) => `${what} ${version}`)
  .join(' · ')}

## Predicted beside measured

![The end of the pods of ${DRAWN}, predicted and measured](measured.svg)

The picture is ${DRAWN}, a third of each. Seconds after the deletion of the pod; what takes a time has two numbers. Measured is the earliest and the latest of all pods of a scenario.
Everything the application and nginx do is within ${TOLERANCE_SECONDS} s of its prediction, counted from when the kubelet begins; what is predicted at its latest may be earlier.
${timelines.map(scenario).join('\n')}
## Clients

Three pods are replaced under clients that connect, read and write all the time.
${clientTable(parts('clients'))}
## Faults

What happens to a pod, and how long it takes until it is ready again: without help, but where its name says who helps. A \`kubectl rollout restart\` goes through after each.
${table(
  ['fault', 'ready again, at the latest', 'measured'],
  parts('fault').map(({ fault, withinSeconds, seconds }) => [fault, `${withinSeconds} s`, `${seconds.toFixed(1)} s`]),
)}
## Autoscaling

A HorizontalPodAutoscaler on connections, which the custom metrics API serves. It looks every 5 s here, and every 15 s by default.
${table(
  ['what', 'at the latest', 'measured'],
  parts('autoscaling').map(({ what, seconds, withinSeconds }) => [
    what,
    `${withinSeconds} s`,
    `${seconds.toFixed(1)} s`,
  ]),
)}
${ranLine(ran)}
`,
  };
}

/** What was measured, where a test can compare it with what is there. */
export function ranLine({ manifests, application }: WhatRan): string {
  return `<!-- measured with manifests ${manifests}, application ${application} -->`;
}

function summary(
  timelines: readonly Parts['timeline'][],
  clients: readonly RunReport[],
  faults: readonly Parts['fault'][],
): string {
  const pods = timelines.flatMap((timeline) => timeline.pods).length;
  const messages = sum(clients.map((report) => report.messages.acknowledged));
  const count = sum(clients.flatMap((report) => Object.values(report.clients)));
  const last = Math.max(...clients.map((report) => report.reconnect.maxMs)) / 1000;
  const lost = sum(clients.map((report) => report.messages.lost));
  return (
    `On a real Kubernetes, ${pods} pods ended by rollouts, deletions, evictions, drains and scaling as the timeline says, to the second. ${count} clients behind a ClusterIP and behind a balancer saw three pods replaced: ` +
    `${lost} of ${messages.toLocaleString('en')} acknowledged messages lost, everybody back within ${last.toFixed(1)} s. After each of ${faults.length} faults the pod was ready again in time.`
  );
}

function scenario({ scenario, timing, pods }: Parts['timeline']): string {
  const rows = shutdownTimeline(timing).map((event) => {
    const name = `${event.actor}: ${event.event}`;
    const measured = pods.flatMap(({ rows }) => rows.filter((row) => row.event === name)).map((row) => row.measured);
    const froms = measured.map(([from]) => from).filter((at) => at !== null && !Number.isNaN(at));
    const tos = measured.map(([, to]) => to).filter((at) => at !== null && !Number.isNaN(at));
    const point = event.atSeconds === event.untilSeconds;
    return [
      name,
      point ? `${event.atSeconds} s` : `${event.atSeconds}–${event.untilSeconds} s`,
      point ? span([...froms, ...tos]) : `${span(froms)} to ${span(tos)}`,
    ];
  });
  return `\n**${scenario[0]?.toUpperCase()}${scenario.slice(1)}**, ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'}\n${table(['event', 'predicted', 'measured'], rows)}`;
}

function span(seconds: readonly number[]): string {
  if (seconds.length === 0) return 'not seen';
  const [least, most] = [Math.min(...seconds).toFixed(2), Math.max(...seconds).toFixed(2)];
  return least === most ? `${least} s` : `${least}–${most} s`;
}

function clientTable(reports: readonly RunReport[]): string {
  return table(
    [
      'clients',
      'how many',
      'connections that ended with their pod',
      'elsewhere',
      'back, half of them',
      'back, the last',
      'messages',
      'lost',
      'twice',
    ],
    reports.map(({ run, clients, dropped, droppedElsewhere, reconnect, messages }) => [
      run.replace(/^clients /, ''),
      Object.entries(clients)
        .filter(([, count]) => count > 0)
        .map(([transport, count]) => `${count} ${transport}`)
        .join(', '),
      String(dropped),
      String(droppedElsewhere.webSocket + droppedElsewhere.polling),
      `${(reconnect.p50Ms / 1000).toFixed(1)} s`,
      `${(reconnect.maxMs / 1000).toFixed(1)} s`,
      String(messages.acknowledged),
      String(messages.lost),
      String(messages.duplicates),
    ]),
  );
}

function picture({ timing, pods }: Parts['timeline']): string {
  const marks = shutdownTimeline(timing).flatMap((event) =>
    pods
      .flatMap(({ rows }) => rows.filter((row) => row.event === `${event.actor}: ${event.event}`))
      // Where it begins is where everything begins.
      .flatMap(({ measured: [from, to] }) => (event.atSeconds === 0 && event.untilSeconds > 0 ? [to] : [from, to]))
      .filter((seconds) => seconds !== null && Number.isFinite(seconds))
      .map((seconds) => ({ event: event.event, seconds })),
  );
  return timelineSvg(timing, { title: `The end of ${pods.length} pods, predicted and measured`, measured: marks });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
