import { CAUSES, causeOf } from '../../lib/doctor';
import { WebSocketChart } from '../../lib/environments';
import { Bundle, type Manifest } from '../../lib/manifest';
import { mappingOf, valueAt } from '../../lib/manifest/field';
import { alertName, INDICATORS } from '../../lib/observability';
import { PAPERS, systemsOnPaper } from '../../lib/papers';
import { CARD } from '../../lib/papers/on-call-card';
import { FAULT_CAUSES } from '../../lib/papers/workshop-faults';
import { RULES } from '../../lib/rules';
import { HoldfastApp } from '../../lib/synth';
import { ENVIRONMENTS } from '../../stacks/environments';
import { FAULTS } from '../lab/faults/all';
import { callOf, commandsIn, KINDS, labelsIn } from './commands';
import { FOREIGN } from './foreign';

function manifestsOf(environment: (typeof ENVIRONMENTS)[number]): readonly Manifest[] {
  const app = new HoldfastApp({ outdir: 'unused' });
  new WebSocketChart(app, environment);
  return app.manifests().get(environment.name) ?? [];
}

/** A command takes what it is given, and every object that it names is among these. */
function checkKubectl(words: readonly string[], namespace: string, objects: readonly Manifest[]): void {
  const { subcommand, flags, operands } = callOf(words);
  expect([words, flags[0]]).toEqual([words, ['-n', namespace]]);
  const selectors = objects.map(({ spec }) => mappingOf(valueAt(spec, ['selector', 'matchLabels'])));
  for (const [flag, value] of flags) {
    if (flag === '-c') expect(JSON.stringify(objects)).toContain(`"name":"${value}"`);
    if (flag !== '-l') continue;
    const labels = labelsIn(value);
    const [[key, wanted] = []] = labels;
    const found =
      key === 'kubernetes.io/service-name'
        ? objects.some(({ kind, metadata }) => kind === 'Service' && metadata.name === wanted)
        : selectors.some((selector) => labels.every(([label = '', is]) => selector[label] === is));
    expect([words, found]).toEqual([words, true]);
  }
  const named = (kind: string, name: string) => {
    const found = objects.some((object) => object.kind === KINDS[kind] && object.metadata.name === name);
    expect([words, kind, name, found]).toEqual([words, kind, name, true]);
  };
  for (const [i, name] of operands.entries()) {
    const [kind, object] = name.split('/');
    if (object !== undefined) named(kind as string, object);
    else if (i === 1 && (subcommand === 'get' || subcommand === 'describe')) named(operands[0] as string, name);
    else if ((subcommand === 'exec' || subcommand === 'logs') && !name.startsWith('$')) {
      const workload = objects.find(({ kind: one }) => one === 'StatefulSet');
      expect(name).toBe(`${workload?.metadata.name}-0`);
    }
  }
}

function checkCommands(text: string, namespace: string, objects: readonly Manifest[]): number {
  const commands = commandsIn(text);
  for (const words of commands) {
    if (words[0] === 'kubectl') checkKubectl(words, namespace, objects);
    else callOf(words);
  }
  return commands.length;
}

describe.each(ENVIRONMENTS.map((environment) => [environment.name, environment] as const))(
  'The papers of %s',
  (_name, environment) => {
    const objects = manifestsOf(environment);
    const [system] = systemsOnPaper(new Bundle(objects));
    if (system === undefined) throw new Error('no system');
    const pages = PAPERS.map(({ name, write }) => [name, write(system)] as const);
    const page = (wanted: string) => pages.find(([name]) => name === wanted)?.[1] ?? '';

    test.each(pages)('%s has no word left that somebody has to fill in', (_paper, text) => {
      expect(text).not.toMatch(/\b(NAME|POD|HOST|PATH|PAGE|ADDRESS|undefined|NaN)\b/);
      expect(text).toContain(environment.namespace);
    });

    test.each(pages)('%s holds commands that exist, with names that are in the manifests', (paper, text) => {
      const found = checkCommands(text, environment.namespace, objects);
      if (paper === 'runbook') expect(found).toBeGreaterThan(40);
    });

    test.each([
      ['a namespace of another', 'kubectl -n elsewhere get pod'],
      ['a flag that is none', `kubectl -n ${environment.namespace} get pod --colour`],
      ['an object that is not there', `kubectl -n ${environment.namespace} describe ingress other`],
      ['a container that is not there', `kubectl -n ${environment.namespace} logs coditect-combined-0 -c envoy`],
      ['a subcommand that is none', `kubectl -n ${environment.namespace} got pod`],
      ['a label that selects nothing', `kubectl -n ${environment.namespace} get pod -l app=coditect-combined,tier=web`],
    ])('fail on %s', (_what, command) => {
      expect(() => checkCommands(command, environment.namespace, objects)).toThrow();
    });

    test('the card is one page of 80 columns', () => {
      const lines = page('card').trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(CARD.lines);
      expect(lines.filter((line) => line.length > CARD.columns)).toEqual([]);
      for (const [code] of page('card').matchAll(/WS5\d\d/g)) expect(causeOf(code)).toBeDefined();
    });

    test('the runbook has a heading for each cause, which alerts link to', () => {
      const headings = [...page('runbook').matchAll(/^## (WS\d+)$/gm)].map(([, code]) => code);
      expect(headings).toEqual(CAUSES.map(({ code }) => code));
      for (const { id, cause } of INDICATORS) {
        const section = page('runbook').split(`\n## ${cause}\n`)[1]?.split('\n## ')[0];
        expect([id, section]).toEqual([id, expect.stringContaining(`\`${alertName(id)}\``)]);
      }
      for (const [, anchor = ''] of page('runbook').matchAll(/\]\(#(ws\d+)\)/g))
        expect(headings).toContain(anchor.toUpperCase());
    });

    test('each item of the checklists names what ticks it, and that exists', () => {
      const items = page('checklists')
        .split('\n')
        .filter((line) => line.startsWith('- [ ]'));
      expect(items).toHaveLength(16);
      for (const item of items) {
        const codes = item.match(/WS\d+/g) ?? [];
        for (const code of codes) expect(RULES.map((rule) => rule.code)).toContain(code);
        const alerts = item.match(/WebSocket[A-Z]\w+/g) ?? [];
        for (const alert of alerts) expect(INDICATORS.map(({ id }) => alertName(id))).toContain(alert);
        expect([item, codes.length + alerts.length > 0 || /`|panel “/.test(item)]).toEqual([item, true]);
      }
    });

    test('the requirements have the numbers of the timing', () => {
      const { timing } = system;
      for (const seconds of [
        timing.effectivePingTimeoutSeconds,
        timing.idleTimeoutSeconds,
        timing.terminationGracePeriodSeconds,
        timing.affinityTtlSeconds,
      ])
        expect(page('criteria')).toContain(`${seconds} s`);
    });
  },
);

test.each(PAPERS.map(({ name, write }) => [name, write] as const))(
  '%s of a Deployment with several labels holds commands that exist, with names that are in the manifests',
  (paper, write) => {
    const labels = '{"app.kubernetes.io/name":"chat"}';
    const objects: readonly Manifest[] = JSON.parse(
      JSON.stringify(FOREIGN).replaceAll(labels, '{"app":"chat","tier":"web"}'),
    );
    const [system] = systemsOnPaper(new Bundle(objects));
    const found = checkCommands(write(system as never), 'shop', objects);
    if (paper === 'runbook') expect(found).toBeGreaterThan(40);
  },
);

test('numbers that manifests do not say are not said to be theirs', () => {
  const [system] = systemsOnPaper(new Bundle(FOREIGN));
  const written = (wanted: string) => PAPERS.find(({ name }) => name === wanted)?.write(system as never) ?? '';
  const [numbers = ''] = written('runbook').split('## First five minutes');
  for (const text of [numbers, written('card')])
    expect(text).not.toMatch(/86400|\bat 60 s\b|closes its connections over/);
  expect(written('criteria')).not.toMatch(/may live for|for 86400 s|evenly over|are kept for them/);
  const papers = PAPERS.map(({ write }) => write(system as never)).join('\n');
  expect(papers).not.toMatch(/check manifests\/|fits into the grace period \(/);
  expect(numbers).toContain(
    '| heartbeat | pingInterval 10 s + pingTimeout 20 s (environment of container server); given up after 30 s of silence |',
  );
});

test('the workshop takes two hours, and its riddles are faults of the lab', () => {
  for (const [fault, cause] of FAULT_CAUSES) {
    expect([fault, FAULTS.find(({ name }) => name === fault)?.causes]).toEqual([fault, [cause]]);
  }
  const [system] = systemsOnPaper(new Bundle(manifestsOf(ENVIRONMENTS[0] as (typeof ENVIRONMENTS)[number])));
  const text = PAPERS.find(({ name }) => name === 'workshop')?.write(system as never) ?? '';
  const minutes = [...text.matchAll(/^\| (\d+) min/gm)].map(([, time]) => Number(time));
  expect(minutes.reduce((sum, time) => sum + time, 0)).toBe(120);
});
