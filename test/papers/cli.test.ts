import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Chart } from 'cdk8s';
import { deriveTiming, GkeWebSocketEdge, WebSocketServer } from '../../lib';
import { run } from '../../lib/cli/program';
import { Bundle, identityOf, type Manifest, toYaml } from '../../lib/manifest';
import { PAPERS, systemsOnPaper } from '../../lib/papers';
import { CARD } from '../../lib/papers/on-call-card';
import { schemaErrors } from '../schemas/validate';
import { FOREIGN } from './foreign';

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

  test('a runbook is written of what a chart prints, as observe and check read it', async () => {
    const { code, err, out } = await holdfast(['runbook', '-'], FOREIGN);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('# Runbook: shop/chat');
  });

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

  test.each([
    ['"path":"/ws"', 'wss://chat.example.com/ws'],
    ['"path":"/connection/websocket"', 'wss://chat.example.com/connection/websocket'],
    ['"path":"/socket.io"', 'https://chat.example.com/socket.io/'],
    // What polls at first is no plain WebSocket, and what takes everything says nothing.
    ['"path":"/sockjs"', 'https://chat.example.com/socket.io/'],
    ['"path":"/"', 'https://chat.example.com/socket.io/'],
  ])('every page looks where clients connect: %s is %s', (path, address) => {
    const [system] = systemsOnPaper(new Bundle(JSON.parse(JSON.stringify(FOREIGN).replace('"path":"/"', path))));
    const pages = PAPERS.map(({ write }) => write(system as never)).join('\n');
    const looks = [...pages.matchAll(/holdfast doctor (\w+:\S+[\w/])/g)].map(([, at]) => at);
    expect([looks.length > 4, [...new Set(looks)]]).toEqual([true, [address]]);
    expect(pages).toContain(`Clients connect to ${address}.`);
    // Nor are they told to ask a server of plain WebSockets what only Socket.IO knows.
    expect(/[?&]EIO=4/.test(pages)).toBe(address.startsWith('https:'));
    expect(pages).toMatch(/Upgrade: websocket.* 'https:\/\/chat/);
  });

  test('where nginx in the pod takes WebSockets, clients connect there, whatever the route takes', () => {
    const chart = new Chart(new App(), 'prices', { namespace: 'prices' });
    const server = new WebSocketServer(chart, 'Server', {
      name: 'prices',
      image: 'prices:1.0.0',
      port: 3000,
      timing: deriveTiming(),
      adapter: { kind: 'none', podsAreIndependent: true },
      proxy: { addressesAppended: 2, webSockets: [{ path: '/live' }] },
    });
    new GkeWebSocketEdge(chart, 'Edge', { name: 'prices', host: 'prices.example.com', server, tls: { managed: true } });
    const [system] = systemsOnPaper(new Bundle(chart.toJson()));
    expect(system).toMatchObject({ scheme: 'wss', path: '/live' });
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
    [
      'a file where the pages are to go',
      ['runbook', '-', '--output', path.basename(__filename)],
      FOREIGN,
      'cli.test.ts: cannot be written to: it is a file; give another folder with --output',
    ],
  ])('fails in a sentence on %s', async (_what, args, given, sentence) => {
    const { code, err, out } = await holdfast(args, given);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
    expect(err).not.toContain('    at ');
  });
});
