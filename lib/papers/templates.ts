import { causeOf } from '../doctor/causes/all';
import { INDICATORS } from '../observability/indicators';
import { objectives } from '../observability/objective';
import { alertName } from '../observability/prometheus-rules';
import { numbersTable } from './numbers';
import type { SystemOnPaper } from './system-on-paper';
import { FAULT_CAUSES } from './workshop-faults';

/** What is filled in after an incident. */
export function incidentTemplate(system: SystemOnPaper): string {
  const { namespace, name, host, scheme, path } = system;
  return `# Incident: ${namespace}/${name}

| | |
| --- | --- |
| Date | |
| Duration | |
| Severity | P0: all people / P1: some |
| People affected | \`max_over_time(sum(ws_connections{namespace="${namespace}"})[1d:1m])\` before, at the worst |
| Evidence | \`holdfast doctor ${host === undefined ? 'ADDRESS' : `${scheme}://${host}${path}`} --save evidence.jsonl.gz\` |

## Timeline

| time | what |
| --- | --- |
| | first sign (alert, or report) |
| | somebody looks |
| | cause found |
| | mended |
| | confirmed by the doctor: exit 0 |

## Cause

Code of the doctor (WS5xx), what convicted it, what was ruled out:

## What mended it

## What went well, what did not

## So that it does not come back

- [ ] a rule of \`holdfast check\`, or a test:
- [ ] an alert that would have been first:
- [ ] a page that was wrong or missing:
`;
}

/** What somebody else's manifests do not say is no requirement of theirs. */
function requirements({ carried, timing: t }: SystemOnPaper): readonly string[] {
  const silence = `A connection may be silent for ${t.effectivePingTimeoutSeconds} s and is then given up by either side; every layer on the way keeps a silent one for ${t.idleTimeoutSeconds} s.`;
  if (!carried) return [silence, `A pod that ends is gone within ${t.terminationGracePeriodSeconds} s.`];
  return [
    silence,
    `A connection may live for ${t.maxConnectionLifetimeSeconds} s, whatever goes over it.`,
    `Requests of one session reach one pod for ${t.affinityTtlSeconds} s.`,
    `A pod that ends is asked to go ${t.preStopSeconds} s before it stops taking new sessions, closes its connections evenly over ${t.drainSeconds} s, and is gone within ${t.terminationGracePeriodSeconds} s.`,
    `Clients come back by themselves; messages of the last ${t.replayTtlSeconds} s are kept for them.`,
  ];
}

/** From when on it is good, and what the architecture documentation says that it has to be. */
export function criteria(system: SystemOnPaper): string {
  const { namespace, name, timing: t } = system;
  const above = (id: string) => INDICATORS.find((one) => one.id === id)?.above;
  const rows = [
    [
      'people get in',
      `${percent(objectives()[0]?.goal)} of handshakes, over 28 days`,
      '`holdfast:handshakes_errors:ratio_rate6h`',
    ],
    [
      'they stay',
      `${percent(objectives()[1]?.goal)} of connections are not broken on the way, over 28 days`,
      '`holdfast:lifetimes_errors:ratio_rate6h`',
    ],
    ['WebSockets pass', 'more than 95 % of sessions', '`holdfast:websocket_upgrade:ratio`'],
    ['sessions are known', 'no code 1 in an hour without a rollout', '`holdfast:bad_requests:per_hour`'],
    [
      'churn',
      `less than ${percent(above('churn-warning') as number)} of connections a minute`,
      `\`${alertName('churn-warning')}\``,
    ],
    ['back after a rollout', `${above('reconnect-time')} s on average`, `\`${alertName('reconnect-time')}\``],
    [
      'heartbeats are answered',
      `within ${t.pingTimeoutSeconds} s, less than ${percent(above('heartbeat-timeout') as number)} of disconnects are missed ones`,
      `\`${alertName('heartbeat-timeout')}\``,
    ],
    ['pods are ready', 'all of them', '`holdfast:pods_ready:ratio`'],
    ['mended', 'within 30 minutes from the first alert', 'the incident template'],
  ];
  return `# What ${namespace}/${name} has to be

For the requirements section of an architecture documentation, and for whoever signs off. Each line has what measures it.

## Success criteria

| what | how much | measured by |
| --- | --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

## Requirements

${requirements(system)
  .map((one) => `- ${one}`)
  .join('\n')}

## Numbers

${numbersTable(system)}
`;
}

/** Two hours in which faults are found. */
export function workshop(system: SystemOnPaper): string {
  const { namespace, name } = system;
  const row = ([fault, code, minutes]: readonly [string, string, number]) =>
    `| ${minutes} min | \`npm run workshop -- ${fault}\` | ${causeOf(code)?.story ?? ''} |`;
  const [first, second] = [FAULT_CAUSES.slice(0, 3), FAULT_CAUSES.slice(3)];
  return `# Workshop: finding out why connections break

Two hours, on one's own machine, with the numbers of ${namespace}/${name} on the wall. \`npm run workshop\` starts a real nginx and real servers with something wrong in them; who finds it types its code.

${numbersTable(system)}

## First hour: what a connection needs

| time | what | |
| --- | --- | --- |
| 20 min | the way of a connection, hop by hop, with the card | which of the numbers above is whose? |
${first.map(row).join('\n')}
| 10 min | \`holdfast doctor\` on each of them | what convicted the cause, and what ruled out its neighbour? |

## Second hour: from an alert to the paragraph

| time | what | |
| --- | --- | --- |
| 15 min | the dashboard, row by row | which panel would have shown the first hour's faults? |
${second.map(row).join('\n')}
| 15 min | fill in the incident template for one of them | |

## What to take home

- The age at which connections end names who ends them.
- The card and the runbook are written from the manifests: after a change, \`holdfast runbook\` writes them again.
`;
}

function percent(share = 0): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}
