import { deriveTiming } from '../../lib/timing';
import { type Web, web } from '../system/support';
import { because, edits, fixes, told } from './told';

const CLASS = 'kubernetes.io/ingress.class: gce';
const FAKE = 'cloud.google.com/websocket-max-idle-timeout: "3600"';
const BOUND = `cloud.google.com/backend-config: '{"default": "web"}'`;
const gce = (of: Web = {}) =>
  `# assume: websocket\n${web({ className: 'gce', ...of, ingress: `${CLASS}, ${of.ingress ?? ''}` })}`;
const config = (spec: string, name = 'web', namespace = '') =>
  `apiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: { name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`} }\nspec: ${spec}\n`;
const said = (code: string, text: string) => told(code, text).map((line) => line.replace(/^.*?: .*?: /, ''));

test.each<[protocols: string | undefined, port: string, said: readonly string[], fix: string]>([
  [undefined, 'name: http', [], ''],
  ['{"http":"HTTP"}', 'name: http', [], ''],
  ['{"http":"HTTPS"}', 'name: http', [], ''],
  ['{"http":"HTTP2"}', 'name: http', [], ''],
  ['{}', 'name: http', [], ''],
  ['{', 'name: http', [`'{', which is no JSON`], 'http'],
  ['{"80":"HTTP"}', 'name: web', ['"80": "HTTP"'], 'web'],
  ['{"http":"http"}', 'name: http', ['"http": "http"'], 'http'],
  ['{"http":"HTTP","x":"HTTP"}', 'name: http', ['"x": "HTTP"'], 'http'],
  ['{"x":"HTTP"}', 'targetPort: 8080', ['"x": "HTTP"'], 'http'],
])('WS214: app-protocols %s for a port with %s', (protocols, port, expected, fix) => {
  const service = protocols === undefined ? '' : `cloud.google.com/app-protocols: '${protocols}'`;
  const text = gce({ service, port });
  expect(said('WS214', text)).toEqual(expected);
  expect(fixes('WS214', text)).toEqual(expected.map(() => `write '{"${fix}": "HTTP"}'`));
  const none = text.replace(/ports: \[\{ port: 80.*\]/, 'ports: []');
  if (expected.length > 0) expect(fixes('WS214', none)).toEqual([`write '{"http": "HTTP"}'`]);
  expect(told('WS214', web({ service, port }))).toEqual([]);
});

test.each<[type: string, found: boolean, edit: string | undefined]>([
  ['HTTP', false, undefined],
  ['HTTPS', false, undefined],
  ['HTTP2', false, undefined],
  ['http', true, 'HTTP'],
  ['Https', true, 'HTTPS'],
  ['TCP', true, undefined],
  ['3', true, undefined],
])('WS218: a health check of type %s', (type, found, edit) => {
  const text = config(`{ healthCheck: { type: ${type} } }`);
  expect(said('WS218', text)).toEqual(found ? [`"${type}"`] : []);
  expect(edits('WS218', text)).toEqual(
    edit === undefined ? [] : [{ path: ['spec', 'healthCheck', 'type'], value: edit }],
  );
  expect(told('WS218', config('{ healthCheck: { port: 1 } }'))).toEqual([]);
});

describe('WS207: a Service without its BackendConfig', () => {
  const NONE = 'no such annotation, so timeoutSec 30, no affinity, no drain';
  const named = (text: string) => fixes('WS207', text).map((fix) => /"default":"(.*?)"/.exec(fix)?.[1]);
  test('is told the only one that can be meant', () => {
    expect(said('WS207', gce())).toEqual([NONE]);
    expect(named(gce())).toEqual(['<name>']);
    expect(named(gce({ more: config('{}', 'a') }))).toEqual(['a']);
    expect(named(gce({ more: config('{}', 'a', 'other') }))).toEqual(['<name>']);
    expect(named(gce({ more: `${config('{}', 'a')}---\n${config('{}', 'b')}` }))).toEqual(['<name>']);
    expect(named(gce({ more: `${config('{}', 'a')}---\n${config('{}', 'b', 'other')}` }))).toEqual(['a']);
  });

  test('is none behind another balancer, or where one is bound', () => {
    expect(said('WS207', gce({ service: BOUND, more: config('{}') }))).toEqual([]);
    expect(said('WS207', `# assume: websocket\n${web()}`)).toEqual([]);
  });

  test('is told why the annotation of the Ingress does nothing', () => {
    expect(because('WS207', gce({ ingress: FAKE }))).toEqual([expect.stringContaining('is read by nobody')]);
    expect(because('WS207', gce())).not.toEqual([expect.stringContaining('is read by nobody')]);
  });
});

describe('WS113: how long a connection may live', () => {
  const lives = (seconds: number | undefined, of: Web = {}) =>
    gce({ service: BOUND, more: config(seconds === undefined ? '{}' : `{ timeoutSec: ${seconds} }`), ...of });
  test.each<[seconds: number | undefined, of: Web, found: boolean]>([
    [3600, {}, false],
    [3599, {}, true],
    [undefined, {}, true],
    [undefined, { ingress: FAKE }, false],
    [80, { ingress: FAKE }, true],
  ])('timeoutSec %s with %j: %s', (seconds, of, found) => {
    expect(told('WS113', lives(seconds, of))).toHaveLength(found ? 1 : 0);
  });

  test('and what else breaks with it', () => {
    const why = (seconds: number, of?: Web) => because('WS113', lives(seconds, of))[0] ?? '';
    expect([24, 25, 26].map((seconds) => why(seconds).includes('; long polls, which wait 25 s'))).toEqual([
      true,
      true,
      false,
    ]);
    expect(why(80)).not.toContain('is read by nobody');
    expect(why(80, { ingress: FAKE })).toContain('of Ingress web is read by nobody');
    const promised = `holdfast/timing: '${JSON.stringify(deriveTiming())}'`;
    expect(fixes('WS113', lives(80, { workload: promised }))).toEqual(fixes('WS113', lives(80)));
  });
});

describe('WS110: the balancer waits for as long as the pod', () => {
  const waits = (seconds: number, drain: string) =>
    gce({
      service: BOUND,
      more: config(`{ timeoutSec: 3600, connectionDraining: { drainingTimeoutSec: ${seconds} } }`),
      container: `env: [{ name: SOCKET_DRAIN_MS, value: "${drain}" }]`,
    });
  test.each<[seconds: number, drain: string, found: boolean]>([
    [45, '45000', false],
    [44, '45000', true],
    [1, '45000', true],
    [0, '45000', false],
    [3600, '4000000', true],
    [3601, '4000000', false],
  ])('%d s for a pod that drains %s ms: %s', (seconds, drain, found) => {
    expect(told('WS110', waits(seconds, drain))).toHaveLength(found ? 1 : 0);
  });

  test('of several pods the slowest counts', () => {
    const slow = (name: string, ms: number) =>
      waits(1, String(ms))
        .split('---')[2]
        ?.replaceAll('name: web', `name: ${name}`)
        .replace('app: web }', 'app: web, x: y }') ?? '';
    const two = (a: number, b: number) =>
      fixes(
        'WS110',
        `${waits(1, String(a)).split('---').slice(0, 2).join('---')}---${slow('a', a)}---${slow('b', b)}---\n${config('{ timeoutSec: 3600, connectionDraining: { drainingTimeoutSec: 1 } }')}`,
      );
    expect(two(45_000, 90_000)).toEqual([expect.stringMatching(/\b90\b/)]);
    expect(two(90_000, 45_000)).toEqual(two(45_000, 90_000));
  });
});
