import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { run } from '../../lib/cli/program';
import { CAUSES, causeOf } from '../../lib/doctor';
import { WebSocketChart } from '../../lib/environments';
import { Bundle, identityOf, type Manifest, toYaml } from '../../lib/manifest';
import { mappingOf, valueAt } from '../../lib/manifest/field';
import { alertName, INDICATORS } from '../../lib/observability';
import { PAPERS, systemsOnPaper } from '../../lib/papers';
import { CARD } from '../../lib/papers/on-call-card';
import { FAULT_CAUSES } from '../../lib/papers/workshop-faults';
import { RULES } from '../../lib/rules';
import { HoldfastApp } from '../../lib/synth';
import { ENVIRONMENTS } from '../../stacks/environments';
import { FAULTS } from '../lab/faults/all';
import { schemaErrors } from '../schemas/validate';
import { callOf, commandsIn, KINDS, labelsIn } from './commands';

/** A chart of somebody else's: other labels, a port of its own for metrics, ingress-nginx in front. */
const FOREIGN: readonly Manifest[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'chat', namespace: 'shop' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { 'app.kubernetes.io/name': 'chat' } },
      template: {
        metadata: { labels: { 'app.kubernetes.io/name': 'chat' } },
        spec: {
          containers: [
            {
              name: 'server',
              image: 'chat:1',
              env: [{ name: 'SOCKET_HEARTBEAT_INTERVAL_MS', value: '10000' }],
              ports: [
                { name: 'web', containerPort: 4000 },
                { name: 'metrics', containerPort: 9464 },
              ],
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'chat', namespace: 'shop' },
    spec: { selector: { 'app.kubernetes.io/name': 'chat' }, ports: [{ name: 'web', port: 80, targetPort: 'web' }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'chat', namespace: 'shop' },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'chat.example.com',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'chat', port: { name: 'web' } } } }],
          },
        },
      ],
    },
  },
];

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

/** What a chart brings that lets in whom it names. */
const DENIES: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'deny', namespace: 'shop' },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [] },
};

describe('holdfast', () => {
  async function holdfast(args: readonly string[], given: readonly Manifest[]) {
    const said = { out: '', err: '' };
    const code = await run([...args], {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      stdin: () => given.map(toYaml).join('---\n'),
      cwd: __dirname,
      colour: false,
    });
    return { code, ...said };
  }

  const OTHERS =
    'the rules read what ServerMetrics of holdfast/server exports; where chat exports something else, WebSocketNoMetrics fires after ten minutes, and nothing else ever\n';
  const edited = (from: string | RegExp, to: string): readonly Manifest[] =>
    JSON.parse(JSON.stringify(FOREIGN).replaceAll(from, to));
  const NOWHERE = edited('"namespace":"shop"', '"labels":{}');

  test.each(['observe', 'runbook'])(
    '%s of what a chart prints without a namespace is written for the one that is named',
    async (command) => {
      const file = path.join(fs.mkdtempSync(path.join(tmpdir(), 'holdfast-papers-')), 'chart.yaml');
      fs.writeFileSync(file, NOWHERE.map(toYaml).join('---\n'));
      const without = await holdfast([command, file], []);
      expect([without.code, without.out]).toEqual([2, '']);
      expect(without.err).toContain(
        'deployment chat: is in no namespace here; name the one that it is applied to with -n',
      );
      const { code, out } = await holdfast([command, file, '-n', 'support'], []);
      fs.rmSync(path.dirname(file), { recursive: true });
      expect(code).toBe(0);
      expect(out).toContain(
        command === 'observe' ? 'namespace="support",pod=~"chat-([0-9]+|' : 'kubectl -n support get pod -l',
      );
      expect(out).not.toMatch(/namespace: ''|namespace=""|-n {2}/);
    },
  );

  test.each([
    ['a name', edited('"name":"chat","namespace"', '"name":"chat(*","namespace"')],
    ['a namespace', edited('"shop"', '"shop\\nkind: Secret"')],
    ['a label', edited('app.kubernetes.io/name":"chat"', 'app.kubernetes.io/name":"a\\"b"')],
    ['a host', edited('chat.example.com', 'a.example.com; reboot')],
    [
      'a selector',
      edited('"selector":{"matchLabels":{"app.kubernetes.io/name":"chat"}}', '"selector":{"matchLabels":{}}'),
    ],
  ])('observe lets %s that is none into no query and no command', async (_what, given) => {
    const { code, out, err } = await holdfast(['observe', '-'], given);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toMatch(/^ {4}at /m);
  });

  test('observe takes the dot of a name for a dot', async () => {
    const { out } = await holdfast(
      ['observe', '-'],
      edited('"name":"chat","namespace"', '"name":"chat.v2","namespace"'),
    );
    expect(out).toContain('pod=~"chat\\\\.v2-([0-9]+|');
  });

  test('the card of long names fits too, and the shell reads its commands whole', () => {
    const long = 'mattermost-team-edition-production-of-europe-west1-and-more';
    const [system] = systemsOnPaper(
      new Bundle(
        JSON.parse(
          JSON.stringify(FOREIGN).replaceAll('"chat"', `"${long}"`).replaceAll('"shop"', '"collaboration-production"'),
        ),
      ),
    );
    const card = PAPERS.find(({ name }) => name === 'card')?.write(system as never) ?? '';
    expect(card.split('\n').filter((line) => line.length > CARD.columns)).toEqual([]);
    const read = card.replaceAll(/ \\\n {5}/g, ' ').replaceAll('\\\n', '');
    expect(read).toContain(`kubectl -n collaboration-production get pod -l app.kubernetes.io/name=${long}\n`);
    expect(read).toContain(`get endpointslice -l kubernetes.io/service-name=${long}\n`);
  });

  test('what is asked is what the manifests say: the probe, the path and the host of the route', () => {
    const probe = '"image":"chat:1","readinessProbe":{"httpGet":{"path":"/ready","port":"web"}}';
    const [system] = systemsOnPaper(
      new Bundle(
        JSON.parse(
          JSON.stringify(FOREIGN)
            .replace('"image":"chat:1"', probe)
            .replace('"path":"/"', '"path":"/live/socket.io/"')
            .replace('chat.example.com', '*.example.com'),
        ),
      ),
    );
    expect(system).toMatchObject({ healthPath: '/ready', path: '/live/socket.io/', host: undefined });
  });

  const { load } = jest.requireActual<typeof import('js-yaml')>('js-yaml');
  const objectsIn = (out: string) => out.split(/^---$/m).map((text) => load(text) as Manifest);

  test('observe shuts nobody out: where no policy keeps anybody from the pods it writes none, and says so', async () => {
    const egress: Manifest = { ...DENIES, spec: { podSelector: {}, policyTypes: ['Egress'] } };
    for (const given of [FOREIGN, [...FOREIGN, egress]]) {
      const { code, out, err } = await holdfast(['observe', '-'], given);
      expect([code, objectsIn(out).map(({ kind }) => kind)]).toEqual([
        0,
        ['PodMonitor', 'PrometheusRule', 'ConfigMap'],
      ]);
      expect(err).toBe(
        `${OTHERS}no NetworkPolicy among these manifests keeps anybody from the pods, so none is written for the scrapers: it would keep out everybody else\n`,
      );
    }
  });

  test.each([
    ['4000', { portNumber: 4000 }],
    ['web', { port: 'web' }],
  ])('observe says that metrics on the port of the clients are public: --port %s', async (port, endpoint) => {
    const { code, out, err } = await holdfast(['observe', '-', '--port', port], [...FOREIGN, DENIES]);
    expect([code, objectsIn(out)[0]?.spec]).toEqual([
      0,
      expect.objectContaining({ podMetricsEndpoints: [expect.objectContaining(endpoint)] }),
    ]);
    expect(err).toBe(
      `${OTHERS}port 4000 is what clients reach, and the metrics are public; serve them on another port, and name that with --port\n`,
    );
  });

  test("observe prints what a foreign chart's workload needs, by its labels, its port and its heartbeat", async () => {
    const { code, out, err } = await holdfast(['observe', '-', '--label', 'release=prometheus'], [...FOREIGN, DENIES]);
    expect([code, err]).toEqual([0, OTHERS]);
    const made = objectsIn(out);
    expect(made.map(identityOf)).toEqual([
      'monitoring.coreos.com/PodMonitor shop/chat',
      'networking.k8s.io/NetworkPolicy shop/chat-metrics',
      'monitoring.coreos.com/PrometheusRule shop/chat',
      'ConfigMap shop/chat-dashboard',
    ]);
    for (const manifest of made) expect(schemaErrors(manifest, '1.28')).toEqual([]);
    expect(made[0]?.spec).toMatchObject({
      selector: { matchLabels: { 'app.kubernetes.io/name': 'chat' } },
      podMetricsEndpoints: [{ port: 'metrics' }],
    });
    expect(made[0]?.metadata.labels).toMatchObject({ release: 'prometheus' });
    expect(JSON.stringify(made[1])).toContain('"port":9464');
    // Ten seconds and Socket.IO's twenty.
    expect(JSON.stringify(made[3])).toContain('Line at 30: heartbeat gives up.');
  });

  test.each<[string, readonly string[], readonly Manifest[], string]>([
    [
      'nothing that holds connections',
      ['observe', '-'],
      FOREIGN.slice(1),
      'there is no server of long-lived connections',
    ],
    [
      'metrics nobody knows where',
      ['observe', '-'],
      JSON.parse(JSON.stringify(FOREIGN).replace('"name":"metrics"', '"name":"other"')),
      'no container of chat has a port called "metrics"',
    ],
    ['a port that is none', ['observe', '-', '--port', '70000'], FOREIGN, '--port "70000" is no port'],
    [
      'a port that is not there',
      ['observe', '-', '--port', 'mertics'],
      FOREIGN,
      '--port "mertics" is no port of chat; there are web, metrics, or give a number',
    ],
    [
      'a label without a value',
      ['observe', '-', '--label', 'release'],
      FOREIGN,
      '--label "release" has no value; write release=value',
    ],
    [
      'a workload that is not there',
      ['observe', '-', '--workload', 'shop'],
      FOREIGN,
      '--workload "shop" is not among these manifests; there are chat',
    ],
    ['a folder that is not there', ['runbook', 'nowhere'], [], 'nowhere'],
  ])('fails in a sentence on %s', async (_what, args, given, sentence) => {
    const { code, err, out } = await holdfast(args, given);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
    expect(err).not.toContain('    at ');
  });
});
