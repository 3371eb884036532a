/** What a flag takes: a value, or nothing. */
type Flags = Readonly<Record<string, 'value' | 'switch'>>;

/** What every subcommand of kubectl takes. From `kubectl options`. */
const EVERYWHERE: Flags = { '-n': 'value', '--namespace': 'value', '--context': 'value' };
const FILES: Flags = { '-f': 'value' };

/** What each subcommand takes, of all that documents may use. From `kubectl … --help`. */
const KUBECTL: Readonly<Record<string, Flags>> = {
  get: {
    ...FILES,
    '--ignore-not-found': 'switch',
    '-o': 'value',
    '-l': 'value',
    '--sort-by': 'value',
    '-A': 'switch',
    '--show-labels': 'switch',
  },
  describe: { '-l': 'value' },
  logs: { '-c': 'value', '--previous': 'switch', '--since': 'value', '--tail': 'value' },
  exec: { '-c': 'value' },
  'top pod': { '-l': 'value' },
  apply: FILES,
  'apply set-last-applied': FILES,
  'apply view-last-applied': { '-o': 'value' },
  diff: FILES,
  replace: { ...FILES, '--save-config': 'switch' },
  patch: {
    ...FILES,
    '-o': 'value',
    '--local': 'switch',
    '--type': 'value',
    '--patch': 'value',
    '--patch-file': 'value',
  },
  delete: { ...FILES, '--cascade': 'value' },
  scale: { '--replicas': 'value' },
  'rollout status': { '--timeout': 'value' },
  'rollout history': {},
  'rollout restart': {},
  'rollout undo': {},
  // The plugin that this package brings; its own tests know its flags.
  'holdfast check': {},
  'config get-contexts': {},
};

/** From `gcloud … --help`. */
const GCLOUD: Readonly<Record<string, Flags>> = {
  'compute addresses create': { '--global': 'switch' },
  'compute backend-services describe': { '--global': 'switch', '--format': 'value' },
  'compute backend-services get-health': { '--global': 'switch' },
  'compute firewall-rules list': {},
  'compute ssl-policies create': { '--profile': 'value', '--min-tls-version': 'value' },
  'container clusters get-credentials': { '--region': 'value', '--project': 'value' },
  'services enable': { '--project': 'value' },
};

/** What objects are called on a command line, and their kind. */
export const KINDS: Readonly<Record<string, string>> = {
  backendconfig: 'BackendConfig',
  deploy: 'Deployment',
  deployment: 'Deployment',
  endpointslice: 'EndpointSlice',
  events: 'Event',
  gateway: 'Gateway',
  httproute: 'HTTPRoute',
  ingress: 'Ingress',
  networkpolicy: 'NetworkPolicy',
  pod: 'Pod',
  poddisruptionbudget: 'PodDisruptionBudget',
  pv: 'PersistentVolume',
  pvc: 'PersistentVolumeClaim',
  service: 'Service',
  statefulset: 'StatefulSet',
  sts: 'StatefulSet',
  svc: 'Service',
};

/** Subcommands whose first word is a kind, or a kind and a name in one. */
const OF_A_KIND = /^(get|describe|patch|delete|scale|rollout .*)$/;

/** A command, taken apart. */
export interface Call {
  readonly words: readonly string[];
  readonly subcommand: string;
  readonly flags: readonly (readonly [flag: string, value: string | undefined])[];
  /** What is neither a flag nor after `--`. */
  readonly operands: readonly string[];
}

/** Takes a command apart. @throws for a subcommand, a flag, a kind or a selector that is none */
export function callOf(words: readonly string[]): Call {
  const wrong = (what: string): never => {
    throw new Error(`${words.join(' ')}: ${what}`);
  };
  const [program = '', ...rest] = words;
  const [known, everywhere] = program === 'kubectl' ? [KUBECTL, EVERYWHERE] : [GCLOUD, {}];
  const flags: [string, string | undefined][] = [];
  const plain: string[] = [];
  for (let i = 0; i < rest.length && rest[i] !== '--'; i += 1) {
    const word = rest[i] as string;
    const [, flag = '', value] = /^(--?[a-zA-Z][a-z-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (flag === '' && word.startsWith('-') && word !== '-') wrong(`${word} is no flag`);
    if (flag === '') plain.push(word);
    else {
      // Whether it takes a value shows before it is known whose flag it is: no flag here does both.
      const takes = Object.values({ everywhere, ...known }).find((own) => own[flag] !== undefined)?.[flag];
      if (takes === 'value' && value === undefined) i += 1;
      flags.push([flag, takes === 'value' ? (value ?? rest[i] ?? wrong(`${flag} has no value`)) : value]);
    }
  }
  const subcommand =
    Object.keys(known)
      .filter((one) => `${plain.join(' ')} `.startsWith(`${one} `))
      .sort((a, b) => b.length - a.length)[0] ?? wrong('no such subcommand is known here');
  const operands = plain.slice(subcommand.split(' ').length);
  for (const [flag, value] of flags) {
    const takes = known[subcommand]?.[flag] ?? (everywhere as Flags)[flag];
    if (takes === undefined) wrong(`${flag} is no flag of ${program} ${subcommand}`);
    if (takes === 'switch' && value !== undefined) wrong(`${flag} takes no value`);
    if (flag === '-l') for (const pair of labelsIn(value)) if (pair.length !== 2) wrong(`${value} selects nothing`);
  }
  const [kinds = ''] = operands;
  if (program === 'kubectl' && OF_A_KIND.test(subcommand) && !kinds.startsWith('$')) {
    if (kinds === '' && !flags.some(([flag]) => flag === '-f')) wrong('of what?');
    for (const kind of kinds === '' ? [] : (kinds.split('/')[0] ?? '').split(','))
      if (KINDS[kind] === undefined) wrong(`${kind} is no kind that is known here`);
  }
  return { words, subcommand, flags, operands };
}

/** The labels of a selector: `a=b,c=d`. */
export function labelsIn(selector = ''): readonly (readonly string[])[] {
  return selector.split(',').map((pair) => pair.split('=').filter((part) => part !== ''));
}

/** Where a command may begin in what is printed: anywhere. */
const ANYWHERE = /(?<=^|[\s(`])(?:kubectl|gcloud) /gm;
/** Where one begins in what a shell reads. */
const OF_A_SHELL = /(?<=^|[|;&(]|\bdo|\bthen)\s*(?:kubectl|gcloud) /gm;

/** The words of each command on a paper, as the shell takes them apart; what stands after a pipe is another command. */
export function commandsIn(text: string, begins = ANYWHERE): readonly (readonly string[])[] {
  // A fix is a sentence, and may speak of a command without being one.
  const joined = text.replaceAll(/ \\\n\s+/g, ' ').replaceAll(/^\d+\. [^`\n]*$/gm, '');
  return [...joined.matchAll(begins)].map(({ index, 0: found }) =>
    wordsOf(joined.slice(index + found.length - found.trimStart().length)),
  );
}

/** The commands of a page of documentation: in its blocks, and in its sentences where one is spelled out with what it is to do. */
export function commandsOnPage(page: string): readonly (readonly string[])[] {
  const block = /^ *```\w*\n(.*?)^ *```$/gms;
  const inside = [...page.matchAll(block)].map(([, text = '']) => text);
  const spoken = [...page.replaceAll(block, '').matchAll(/`((?:kubectl|gcloud)(?: [^\s`]+){3,})`/g)];
  return [...inside, ...spoken.map(([, text = '']) => text)].flatMap((text) => commandsIn(text, OF_A_SHELL));
}

/** The words up to the end of a command: the end of the line, a pipe, `;`, `&`, a comment, a backtick, or the parenthesis it stands in. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  const word = /(?:'[^'\n]*'|"[^"\n]*"|\$\((?:[^()']|'[^'\n]*')*\)|[^\s'"`|;&()]|\$\?)+/y;
  for (let at = 0; at < text.length && !/[`|;&)\n]/.test(text[at] as string); ) {
    if (/\s/.test(text[at] as string)) {
      at += 1;
      if (/[#>]/.test(text[at] as string)) break;
      continue;
    }
    word.lastIndex = at;
    const [found] = word.exec(text) ?? [];
    if (found === undefined) throw new Error(`${text.split('\n')[0]}: a quote or a parenthesis is not closed`);
    words.push(found.replaceAll(/'([^']*)'|"([^"]*)"/g, (_all, single, double) => single ?? double));
    at += found.length;
  }
  return words;
}
