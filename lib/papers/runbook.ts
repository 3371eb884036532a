import { CAUSES, causeOf } from '../doctor/causes/all';
import type { Cause } from '../doctor/causes/cause';
import { OBSERVATIONS } from '../doctor/facts/all';
import { INDICATORS } from '../observability/indicators';
import { objectives } from '../observability/objective';
import { alertName } from '../observability/prometheus-rules';
import { backendCommand, commandFor, firstLooks } from './commands';
import { numbersTable } from './numbers';
import type { SystemOnPaper } from './system-on-paper';

/** The page that alerts link to: first looks, and a heading for each cause. */
export function runbook(system: SystemOnPaper): string {
  const backend = backendCommand(system);
  return [
    `# Runbook: ${system.namespace}/${system.name}`,
    '',
    `Clients connect to ${system.host === undefined ? 'a host that the manifests do not name' : `${system.scheme}://${system.host}${system.path}`}. Written by \`holdfast runbook\` from the manifests; names and numbers are theirs${system.carried ? '' : ', and where they name no heartbeat, that of their software'}.`,
    '',
    '## Numbers of this system',
    '',
    numbersTable(system),
    '',
    '## First five minutes',
    '',
    ...(backend === undefined ? [] : ['The backend service, which later commands ask:', '', block([backend]), '']),
    ...firstLooks(system).flatMap(([question, command], i) => [`${i + 1}. ${question}`, '', block([command]), '']),
    'A name of a cause (WS501 and so on), from the doctor or from an alert, is a heading below.',
    '',
    '## When to call others',
    '',
    '- More than half of the people cannot get in, or it has lasted for half an hour.',
    '- Several services are affected: then it is the cluster, the network or the balancer.',
    '- A customer reports loss of data: stop what changes things first.',
    '',
    '## Afterwards',
    '',
    '1. Save the evidence: `holdfast doctor … --save evidence.jsonl.gz`; fill in the incident template.',
    '2. Write a test that fails, or name the rule of `holdfast check` that would have found it.',
    '3. Look at the dashboard over the same hours: was there an alert, and was it the first to know?',
    '',
    ...CAUSES.flatMap((cause) => section(cause, system)),
  ].join('\n');
}

/** Alerts whose first cause this is. */
export function alertsOf(code: string): readonly string[] {
  return [
    ...INDICATORS.filter(({ cause }) => cause === code).map(({ id }) => alertName(id)),
    ...objectives()
      .filter(({ cause }) => cause === code)
      .map(({ id }) => `${alertName(`${id}-budget`)}…`),
  ];
}

function section(cause: Cause, system: SystemOnPaper): readonly string[] {
  const commands = cause.runbook.flatMap((command) => commandFor(system, command) ?? []);
  const alerts = alertsOf(cause.code);
  return [
    `## ${cause.code}`,
    '',
    `**${cause.title}**`,
    '',
    `Symptom: ${cause.story}`,
    ...(alerts.length === 0 ? [] : ['', `Alerts: ${alerts.map((name) => `\`${name}\``).join(', ')}`]),
    '',
    ...separating(cause),
    '',
    ...(commands.length === 0 ? ['Nothing in these manifests can be asked about it.'] : [block(commands)]),
    '',
    ...cause.fix.map((fix, i) => `${i + 1}. ${fix}`),
    '',
  ];
}

/** What tells it from its neighbours; where it has none, what it must show. */
function separating({ separates, shows }: Cause): readonly string[] {
  const title = (id: string) => OBSERVATIONS.find((kind) => kind.id === id)?.title ?? id;
  if (separates.length > 0)
    return separates.map(
      ({ from, by }) => `- not [${from}](#${from.toLowerCase()}) (${causeOf(from)?.title}): look whether ${title(by)}`,
    );
  return Object.entries(shows)
    .filter(([, how]) => how === 'must')
    .map(([id]) => `- it is this when it is not so that ${title(id)}`);
}

function block(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}
