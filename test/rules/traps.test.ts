import { loadTexts } from '../../lib/manifest';
import { check, checkLoaded } from '../../lib/rules';
import { web } from '../system/support';
import { NGINX, SOCKETS, WITH_BUDGET } from './trap-parts';
import { TRAPS } from './trap-table';

/** What makes each of the bases something that rules speak of: without it, a trap would prove nothing. */
test.each([
  ['no hook', { ...WITH_BUDGET, container: '' }, 'WS107'],
  ['no affinity', { ...WITH_BUDGET, ingress: `${NGINX}/proxy-read-timeout: "120"` }, 'WS226'],
  ['no budget', SOCKETS, 'WS308'],
  [
    'a timeout below the ping',
    { ...WITH_BUDGET, ingress: `${NGINX}/affinity: cookie, ${NGINX}/proxy-read-timeout: "20"` },
    'WS117',
  ],
  [
    'a hook that is too short',
    { ...WITH_BUDGET, container: 'lifecycle: { preStop: { exec: { command: [sh, -c, "sleep 2; touch /tmp/x"] } } }' },
    'WS107',
  ],
] as const)('of the same system, %s is found', (_what, of, code) => {
  expect(check(web(of)).findings.map((finding) => finding.code)).toContain(code);
});

test('there are at least sixty', () => {
  expect(TRAPS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(TRAPS.map(([looks]) => looks)).size).toBe(TRAPS.length);
});

test.each(TRAPS)('%s is right: %s', (_looks, _right, text) => {
  const loaded = loadTexts(new Map([['trap.yaml', text]]));
  expect(loaded.problems).toEqual([]);
  expect(loaded.bundle.objects.length).toBeGreaterThan(1);
  const graver = checkLoaded(loaded).findings.filter(({ level }) => level !== 'info');
  expect(graver.map(({ code, actual }) => `${code} ${actual}`)).toEqual([]);
});

describe('charts that have nothing to do with each other, in one run', () => {
  const one = web().replaceAll('web', 'one');
  const other = web().replaceAll('web', 'other');

  test('a route to a Service of a third chart is no route to nowhere', () => {
    const route = (one.split('---')[0] as string).replace('service: { name: one', 'service: { name: third');
    const loaded = loadTexts(
      new Map([
        ['one/ingress.yaml', route],
        ['other/all.yaml', other],
      ]),
    );
    expect(checkLoaded(loaded).findings).toEqual([]);
  });

  test('and one to a name that its own chart does not have is', () => {
    const wrong = one.replace('service: { name: one', 'service: { name: onne');
    const loaded = loadTexts(
      new Map([
        ['one/all.yaml', wrong],
        ['other/all.yaml', other],
      ]),
    );
    expect(checkLoaded(loaded).findings.map(({ code }) => code)).toEqual(['WS230']);
  });

  test('nothing is missing where something could not be read', () => {
    const wrong = one.replace('service: { name: one', 'service: { name: onne');
    const loaded = loadTexts(
      new Map([
        ['one/all.yaml', wrong],
        ['one/broken.yaml', 'a: ['],
      ]),
    );
    expect(checkLoaded(loaded).findings).toEqual([]);
  });
});

describe('samples that have nothing to do with each other, in one folder', () => {
  const plain = web({ className: 'kong', service: '', podLabels: '' });
  const sticky = web({ className: 'kong', service: 'konghq.com/upstream-policy: sticky' }).concat(`---
apiVersion: configuration.konghq.com/v1beta1
kind: KongUpstreamPolicy
metadata: { name: sticky }
spec: { algorithm: consistent-hashing, hashOn: { cookie: route, cookiePath: / } }
`);
  const found = (files: Readonly<Record<string, string>>) =>
    checkLoaded(loadTexts(new Map(Object.entries(files)))).findings.map(({ place }) => place?.file);

  test('the cookie of one is no evidence for the workload of another, whose name it has', () => {
    expect(found({ 'k/a.yaml': plain, 'k/b.yaml': plain })).toEqual([]);
    const files = found({ 'k/a.yaml': plain, 'k/b.yaml': sticky, 'k/c.yaml': plain });
    expect(new Set(files)).toEqual(new Set(['k/b.yaml']));
  });

  test('nor for one whose labels it has, under another name', () => {
    const renamed = plain
      .replaceAll('name: web,', 'name: site,')
      .replace(/(kind: \w+\nmetadata: \{ name: )web/g, '$1site');
    const files = found({ 'k/a.yaml': plain, 'k/b.yaml': sticky, 'k/c.yaml': renamed });
    expect(new Set(files)).toEqual(new Set(['k/b.yaml']));
  });
});

test('a proxy with liveness that is faster keeps it, whatever --fix writes', () => {
  const text = web({
    ...WITH_BUDGET,
    container: `${SOCKETS.container}\n          livenessProbe: { httpGet: { path: /live, port: http }, periodSeconds: 1 }`,
  });
  const found = check(text).findings.filter(({ code }) => code === 'WS123');
  expect(found).toMatchObject([{ edits: [], suggestions: [{ value: 30 }] }]);
});
