import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Chart } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import * as holdfast from '../../lib';
import { expectOneSentence } from './support/one-sentence';

/** biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript gives has no types */
type Wrong = any;

const timing = holdfast.deriveTiming();
let outdir: string;
let app: holdfast.HoldfastApp;
let chart: Chart;
afterEach(() => fs.rmSync(path.dirname(outdir), { recursive: true, force: true }));
beforeEach(() => {
  // In a folder of its own, where nobody else's run has left one of this name.
  outdir = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-javascript-')), 'out');
  app = new holdfast.HoldfastApp({ outdir });
  chart = new Chart(app, 'test', { namespace: 'chat' });
});

const needed = { name: 'chat', image: 'chat:1.0.0', port: 3000, timing, adapter: independent() };

function independent() {
  return { kind: 'none', podsAreIndependent: true };
}

const server = (wrong: Wrong) => () => new holdfast.WebSocketServer(chart, 'X', merged(needed, wrong));
const beside = (wrong: object) =>
  server({ containers: [merged({ name: 'exporter', image: 'exporter:1.0.0' }, wrong)] });
const before = (wrong: object) =>
  server({ initContainers: [merged({ name: 'migrate', image: 'migrate:1.0.0' }, wrong)] });
const redis = (url: () => Wrong) => () => server({ adapter: { kind: 'redis-streams', url: url() } })();
const secret = () => Secret.fromSecretName(chart, 'Redis', 'chat-redis');

/** Getters stay what they are. */
function merged(right: object, wrong: object): Wrong {
  return Object.defineProperties({ ...right }, Object.getOwnPropertyDescriptors(wrong));
}

/** An object whose field throws when it is looked at. */
function throwing(name: string, rest: object = {}): Wrong {
  return Object.defineProperty({ ...rest }, name, {
    enumerable: true,
    get() {
      throw new TypeError('not yet');
    },
  });
}

/** Everything that bears values elsewhere than in fields of its own. */
class Props {
  readonly team = 'messaging';
}
const NO_FIELDS: readonly (readonly [string, unknown])[] = [
  ['Map', new Map([['team', 'messaging']])],
  ['Set', new Set(['team'])],
  ['Date', new Date(0)],
  ['Error', new Error('team')],
  ['Buffer', Buffer.from('team')],
  ['String', Object('team')],
  ['Props', new Props()],
];
const NAMES_OF_LABELS = ['labels', 'annotations', 'podAnnotations', 'nodeSelector', 'selector', 'env'];

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

const CANNOT_BE_READ = 'cannot be read: it throws "TypeError: not yet"; give a plain value';

/** What is done, and the one sentence that says what is wrong with it, or how that begins. */
const CASES: readonly (readonly [string, () => unknown, string])[] = [
  // Getters that throw, at every depth.
  ['a getter of a server', server(throwing('user')), `user: ${CANNOT_BE_READ}`],
  [
    'one of a namespace',
    () => new holdfast.RestrictedNamespace(chart, 'X', throwing('name')),
    `name: ${CANNOT_BE_READ}`,
  ],
  [
    'one of a server that exists',
    () => new holdfast.ExistingServer(throwing('name', existing())),
    `name: ${CANNOT_BE_READ}`,
  ],
  ['one of an app', () => new holdfast.HoldfastApp(throwing('outdir')), `outdir: ${CANNOT_BE_READ}`],
  [
    'one of a disk',
    server({ storage: throwing('size', { per: 'pod', mountPath: '/data' }) }),
    `storage.size: ${CANNOT_BE_READ}`,
  ],
  ['one of the probes', server({ probes: throwing('liveness') }), `probes.liveness: ${CANNOT_BE_READ}`],
  ['one of the variables', server({ env: throwing('LOG_LEVEL') }), `env.LOG_LEVEL: ${CANNOT_BE_READ}`],
  ['one of the labels', server({ labels: throwing('team') }), `labels.team: ${CANNOT_BE_READ}`],
  ['one of a container', beside(throwing('args')), `containers[0].args: ${CANNOT_BE_READ}`],

  // Fields that every object inherits are still fields that nobody reads.
  ['constructor', server({ constructor: 1 }), 'constructor: is not read by anything here; the fields are '],
  [
    'toString',
    () => new holdfast.FrontendConfig(chart, 'X', { name: 'chat', toString: 5 } as Wrong),
    'toString: is not read by anything here; ',
  ],
  [
    'valueOf',
    () => new holdfast.RestrictedNamespace(chart, 'X', { name: 'chat', valueOf: 1 } as Wrong),
    'valueOf: is not read by anything here; ',
  ],
  [
    'constructor of an app',
    () => new holdfast.HoldfastApp({ constructor: 1 } as Wrong),
    'constructor: is not read by anything here; ',
  ],

  // A further container in the words of cdk8s-plus, all of which would have been dropped.
  [
    'portNumber',
    beside({ portNumber: 9100 }),
    'containers[0].portNumber: is not read by anything here; the fields are ',
  ],
  ['envVariables', beside({ envVariables: {} }), 'containers[0].envVariables: is not read by anything here; '],
  ['liveness', beside({ liveness: '/health' }), 'containers[0].liveness: is not read by anything here; '],
  [
    'variables as an object',
    beside({ env: { A: 'x' } }),
    'containers[0].env: {"A":"x"} cannot be used here; give a list',
  ],
  ['a port by itself', beside({ ports: '9100' }), 'containers[0].ports: "9100" cannot be used here; give a list'],
  [
    'a port as a number',
    beside({ ports: [9100] }),
    'containers[0].ports[0]: 9100 cannot be used here; give an object with containerPort',
  ],
  [
    'a port as text',
    beside({ ports: [{ containerPort: '9100' }] }),
    'containers[0].ports[0]: {"containerPort":"9100"} cannot be used here',
  ],
  [
    'a command as text',
    beside({ command: 'exporter' }),
    'containers[0].command: "exporter" cannot be used here; give a list',
  ],
  [
    'resources as text',
    beside({ resources: '1Gi' }),
    'containers[0].resources: "1Gi" cannot be used here; give an object',
  ],
  [
    'a security context',
    beside({ securityContext: 5 }),
    'containers[0].securityContext: 5 cannot be used here; give an object',
  ],
  [
    'a mount without a name',
    beside({ volumeMounts: [5] }),
    'containers[0].volumeMounts[0]: 5 cannot be used here; give an object with name and mountPath',
  ],
  [
    'a pull policy',
    beside({ imagePullPolicy: 'always' }),
    'containers[0].imagePullPolicy: "always" cannot be used here; give one of Always',
  ],
  [
    'a restart policy',
    before({ restartPolicy: 'always' }),
    'initContainers[0].restartPolicy: "always" cannot be used here; give "Always"',
  ],
  ['arguments as text', before({ args: '--all' }), 'initContainers[0].args: "--all" cannot be used here; give a list'],
  [
    'an unknown field before',
    before({ restart: 'Always' }),
    'initContainers[0].restart: is not read by anything here; ',
  ],
  [
    'a mount path',
    server({ volumeMounts: [{ path: 5, volume: { _toKube() {}, name: 'v' } }] }),
    'volumeMounts[0]: {"path":5,"volume":{"name":"v"}} cannot be used here; give a VolumeMount',
  ],

  // An adapter that says half.
  ['a key that is missing', redis(() => ({ secret: secret() })), 'adapter.url.key: is missing; name the key'],
  ['a key that is a number', redis(() => ({ secret: secret(), key: 5 })), 'adapter.url.key: 5 is not a key'],
  [
    'an adapter that holds itself',
    server({ adapter: cyclic, replicas: 1 }),
    'adapter.kind: is missing; give one of none',
  ],

  // What is no plain object.
  ...NO_FIELDS.flatMap(([of, value]): readonly (readonly [string, () => unknown, string])[] => [
    [
      `properties of ${of}`,
      () => new holdfast.WebSocketServer(chart, 'X', value as Wrong),
      `an object of ${of} cannot be used here; give an object with name, image, port, timing`,
    ],
    [
      `an app of ${of}`,
      () => new holdfast.HoldfastApp(value as Wrong),
      `an object of ${of} cannot be used here; give an object`,
    ],
    [
      `inputs of ${of}`,
      () => holdfast.deriveTiming(value as Wrong),
      `an object of ${of} is not a set of timing inputs; give { pingInterval`,
    ],
    [`a disk of ${of}`, server({ storage: value }), `storage: an object of ${of} cannot be used here; give an object`],
    ...NAMES_OF_LABELS.map(
      (name) =>
        [
          `${name} of ${of}`,
          server({ [name]: value }),
          `${name}: an object of ${of} cannot be used here; give an object, such as {`,
        ] as const,
    ),
  ]),
  [
    'properties in a list',
    () => new holdfast.WebSocketServer(chart, 'X', [{ name: 'chat' }] as Wrong),
    '[{"name":"chat"}] cannot be used here; give an object with name, image, port, timing',
  ],
  ['labels in a list', server({ labels: ['team=x'] }), 'labels: ["team=x"] cannot be used here; give an object'],
  [
    'a hole in a list',
    // biome-ignore lint/suspicious/noSparseArray: it is the case
    server({ command: ['node', , 'server.js'] }),
    'command[1]: is missing; give text, such as "--port"',
  ],
  ['a getter of the timing inputs', () => holdfast.deriveTiming(throwing('drain')), `drain: ${CANNOT_BE_READ}`],
  [
    'a timing input that every object inherits',
    () => holdfast.deriveTiming({ constructor: 1 } as Wrong),
    'constructor: is not a timing input; the inputs are pingInterval',
  ],
];

function existing() {
  return { name: 'chat', selector: { app: 'chat' }, port: 3000, timing };
}

test.each(CASES)('%s fails in one sentence, and writes nothing', (_name, attempt, says) => {
  expectOneSentence(attempt, says);
  expect(fs.existsSync(outdir)).toBe(false);
});

test('a container as the API has it is taken as it is', () => {
  const given = {
    name: 'exporter',
    image: 'exporter:1.0.0',
    args: ['--web.listen-address=:9100'],
    ports: [{ containerPort: 9100 }],
    env: [{ name: 'LOG_LEVEL', value: 'info' }],
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    workingDir: '/srv',
  };
  const { workload } = server({ containers: [given] })();
  expect(workload.toJson().spec.template.spec.containers[1]).toMatchObject(given);
});
