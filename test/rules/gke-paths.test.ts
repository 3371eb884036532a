import { web } from '../system/support';
import { told } from './told';

type Of = NonNullable<Parameters<typeof web>[0]>;
const CLASS = 'kubernetes.io/ingress.class: gce';
const gce = (of: Of = {}) => `# assume: websocket\n${web({ className: 'gce', ...of, ingress: CLASS })}`;
/** What stands there, without where. */
const actuals = (code: string, text: string) => told(code, text).map((line) => line.replace(/^.*?: .*?: /, ''));

describe('WS229: a path of GKE’s that matches itself only is right', () => {
  const entry = (path: string, of = 'ImplementationSpecific', service = 'web') =>
    `          - { path: "${path}", pathType: ${of}, backend: { service: { name: ${service}, port: { number: 80 } } } }\n`;
  const rule = (...entries: readonly string[]) =>
    actuals(
      'WS229',
      gce({ container: 'livenessProbe: { httpGet: { path: /socket.io/, port: http } }' }).replace(
        / {10}- \{ path: \/, .*\n/,
        entries.join(''),
      ),
    );

  test.each<[where: string, entries: readonly string[]]>([
    ['beside the same with a wildcard', [entry('/'), entry('/*')]],
    ['beside all that is below it', [entry('/api'), entry('/api/'), entry('/api/*'), entry('/socket.io/')]],
    ['beside a prefix', [entry('/chat'), entry('/', 'Prefix')]],
    ['for a page beside the way of the connections', [entry('/robots.txt', 'Exact'), entry('/*')]],
    ['for a page of another Service', [entry('/robots.txt', 'Exact', 'site'), entry('/*')]],
    ['for the page of another Service that this one goes on below', [entry('/', 'Exact', 'site'), entry('/*')]],
    ['for the start page, with everything below it elsewhere', [entry('/', undefined, 'site'), entry('/*')]],
    ['without a slash beside the path of Socket.IO', [entry('/socket.io'), entry('/socket.io/')]],
  ])('%s', (_where, entries) => {
    expect(rule(...entries)).toEqual([]);
  });

  test('and wrong where nothing of its Service is below it', () => {
    const narrow = (path: string, type = 'ImplementationSpecific') =>
      `pathType ${type} with path "${path}", which matches nothing below it`;
    expect(rule(entry('/'), entry('/api/*', undefined, 'site'))).toEqual([narrow('/')]);
    expect(rule(entry('/'), entry('/*', undefined, 'site'))).toEqual([narrow('/')]);
    expect(rule(entry('/socket.io'), entry('/*', undefined, 'site'))).toEqual([narrow('/socket.io')]);
    expect(rule(entry('/chat', 'Exact'), entry('/chatter/*'))).toEqual([]);
    expect(rule(entry('/chat', 'Exact'), entry('/chatter/*', undefined, 'site'))).toEqual([narrow('/chat', 'Exact')]);
  });

  test('where the Ingress sends the rest to the same Service', () => {
    const rest = gce({ paths: ['/'] })
      .replace('path: /, pathType: Prefix', 'path: /')
      .replace('  rules:', '  defaultBackend: { service: { name: web, port: { number: 80 } } }\n  rules:');
    expect(actuals('WS229', rest)).toEqual([]);
    expect(
      actuals(
        'WS229',
        rest.replace('defaultBackend: { service: { name: web', 'defaultBackend: { service: { name: site'),
      ),
    ).toHaveLength(1);
  });
});
