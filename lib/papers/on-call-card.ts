import type { SystemOnPaper } from './system-on-paper';

/** Characters of a line, and lines of a page. */
export const CARD = { columns: 80, lines: 60 } as const;

/** One page for whoever is woken: five steps, each with where to go on. Plain text. */
export function onCallCard(system: SystemOnPaper): string {
  const {
    namespace,
    name,
    kind,
    selector,
    host,
    scheme,
    path,
    healthPath,
    route,
    service,
    timing: t,
    carried,
  } = system;
  const k = `kubectl -n ${namespace}`;
  const url = host === undefined ? 'https://HOST' : `https://${host}`;
  const title = `${namespace}/${name}`.match(new RegExp(`.{1,${CARD.columns}}`, 'g')) ?? [];
  const lines = [
    ...title,
    '='.repeat(Math.min(CARD.columns, namespace.length + name.length + 1)),
    'P0: nobody gets in, or all are thrown out    -> call, then go on',
    'P1: some are affected, or it comes and goes  -> go on, call after 30 minutes',
    '',
    '1  Does it answer?',
    ...fold(`curl -si ${url}${healthPath}`),
    '   no answer, TLS error -> runbook WS543, WS546     502, 503 -> step 2',
    '',
    '2  Are there pods?',
    ...fold(`${k} get pod -l ${selector}`),
    '   0/1 ready -> WS516, WS512    restarted -> WS524, WS539    fine -> step 3',
    '',
    '3  Ask the doctor',
    ...fold(`holdfast doctor ${scheme}://${host ?? 'HOST'}${path} --quick`),
    '   it names a cause -> that heading of the runbook     nothing -> step 4',
    '',
    '4  When do they break?',
    `   at ${t.effectivePingTimeoutSeconds} s: the heartbeat -> WS521, WS522`,
    `   ${carried ? `at ${t.idleTimeoutSeconds} s` : 'at one age'}, the quiet ones: an idle timeout -> WS520`,
    '   all at one other age: a timeout on the way -> WS519',
    '   one pod -> WS511, WS533     all at once -> WS531     400, code 1 -> WS501',
    '',
    '5  Was something changed?',
    ...fold(`${k} rollout history ${kind}/${name}`),
    '   yes -> undo it first, find out later:',
    ...fold(`${k} rollout undo ${kind}/${name}`),
    `   a pod takes up to ${t.terminationGracePeriodSeconds} s to go; clients come back by themselves`,
    '',
    ...(route === undefined ? [] : fold(`balancer   ${k} describe ${route.kind} ${route.name}`)),
    ...(service === undefined
      ? []
      : fold(`endpoints  ${k} get endpointslice -l kubernetes.io/service-name=${service.name}`)),
    ...fold(`logs       ${k} logs ${kind}/${name} --tail 100`),
    '',
    'Never: edit files inside a pod; delete all pods at once; set affinity to none.',
  ];
  return `${lines.join('\n')}\n`;
}

/** A command that is too long for the card goes on in the next line, as the shell reads it: a word too long for a line without an indent, so that it stays one. */
function fold(command: string): readonly string[] {
  const lines: string[] = [];
  let line = '  ';
  for (const word of command.split(/(?<=\S)\s(?=\S)/)) {
    if (line.length + word.length + 3 > CARD.columns) {
      lines.push(`${line} \\`);
      line = '    ';
    }
    line = `${line} ${word}`;
    while (line.length > CARD.columns - 2) {
      lines.push(`${line.slice(0, CARD.columns - 2)}\\`);
      line = line.slice(CARD.columns - 2);
    }
  }
  return [...lines, line];
}
