import { Size } from 'cdk8s';
import fc from 'fast-check';
import { InvalidInputError } from '../../lib/input';
import { type GatewayConfProps, gatewayConf, type NginxConfProps, nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { problemsOf } from '../problems';
import { type Directive, parse } from './support/parse';

const timing = deriveTiming();
const sidecar: NginxConfProps = { timing, upstream: { port: 3000 }, socketIo: { path: '/socket.io/' } };
const gateway: GatewayConfProps = { timing, servers: [{ host: 'chat', port: 3001 }] };

describe('one bad value', () => {
  it.each<[string, Partial<NginxConfProps>, string]>([
    [
      'a path without its last slash',
      { socketIo: { path: '/socket.io' } },
      'socketIo.path: "/socket.io" must end with "/"; write "/socket.io/"',
    ],
    [
      'a path that would end its directive',
      { routes: [{ path: '/a/;}/' }] },
      'routes[0].path: "/a/;}/" is not a usable URL path; start with "/" and use letters, digits and "-._~/" only, without "//" or ".."',
    ],
    [
      'a path that nginx never sees',
      { routes: [{ path: '/a/./b/' }] },
      'routes[0].path: "/a/./b/" holds ".", which nginx removes before it looks for a location; leave it out',
    ],
    [
      'a path served twice',
      { routes: [{ path: '/socket.io/' }] },
      'routes[0].path: "/socket.io/" is already served by socketIo.path; give each path once',
    ],
    [
      'a path that nginx answers itself',
      { routes: [{ path: '/health/' }] },
      'routes[0].path: "/health/" is what nginx answers itself for health checks; choose another path',
    ],
    [
      'an upstream that is no host',
      { upstream: { host: '10.0.0.256', port: 3000 } },
      'upstream.host: "10.0.0.256" is not an IPv4 address; give four numbers from 0 to 255, or a DNS name',
    ],
    [
      'an upstream that is no port',
      { upstream: { port: 0 } },
      'upstream.port: 0 is not a port; give a whole number from 1 to 65535',
    ],
    [
      'a drain flag where nothing can be written',
      { drainFlag: '/var/run/drain' },
      'drainFlag: "/var/run/drain" cannot be the drain flag; give a file of its own below /tmp, the one directory that can be written to, such as "/tmp/drain"',
    ],
    [
      'a drain flag that always exists',
      { drainFlag: '/tmp/nginx.pid' },
      'drainFlag: "/tmp/nginx.pid" cannot be the drain flag; give a file of its own below /tmp, the one directory that can be written to, such as "/tmp/drain"',
    ],
    [
      'more connections than one upstream address holds',
      { maxConnections: 50_000 },
      'maxConnections: 50000 is more than nginx can pass on: one upstream address holds 28000 connections, because each takes one of its local ports; give at most 28000 and run more pods',
    ],
    [
      'a negative number of proxies',
      { addressesAppended: -1 },
      'addressesAppended: -1 is out of range; give a whole number from 0 to 10',
    ],
    [
      'no room for a body, which nginx reads as no limit',
      { maxBodySize: Size.kibibytes(0) },
      'maxBodySize: 0 KiB is out of range; give whole KiB from 1 to 1073741824',
    ],
    [
      'a size that is none',
      { maxBodySize: '10m; user root' as unknown as Size },
      'maxBodySize: "10m; user root" is not a Size; write Size.mebibytes(…)',
    ],
    [
      'a timing made by hand',
      { timing: { ...timing, idleTimeoutSeconds: '80s; user root' as unknown as number } },
      'timing.idleTimeoutSeconds: "80s; user root" is no number of whole seconds; give what deriveTiming({…}) returned, unchanged',
    ],
  ])('fails on %s with the change to make', (_name, props, sentence) => {
    expect(problemsOf(() => nginxConf({ ...sidecar, ...props }))).toEqual([sentence]);
  });

  it.each<[string, Partial<GatewayConfProps>, string]>([
    ['no server', { servers: [] }, 'servers: is empty; give at least one server'],
    [
      'the same server twice',
      { servers: [...gateway.servers, ...gateway.servers] },
      'servers[1]: {"host":"chat","port":3001} is the same as servers[0]; give each server once',
    ],
    [
      'an affinity that is none of the two',
      { affinity: 'ip_hash' as 'none' },
      'affinity: "ip_hash" is not an affinity; give "clientAddress" or "none"',
    ],
    [
      'one path for both',
      { apiPath: '/socket.io/' },
      'apiPath: "/socket.io/" is already served by socketIoPath; give each path once',
    ],
  ])('fails a gateway with %s', (_name, props, sentence) => {
    expect(problemsOf(() => gatewayConf({ ...gateway, ...props }))).toEqual([sentence]);
  });
});

it('fails with all problems at once', () => {
  const props = { ...sidecar, port: 0, workers: 0, upstream: { host: 'a b', port: 1.5 }, drainFlag: 'drain' };
  expect(problemsOf(() => nginxConf(props)).map((problem) => problem.split(':')[0])).toEqual([
    'port',
    'workers',
    'drainFlag',
    'upstream.host',
    'upstream.port',
  ]);
});

it('allows as many connections as all servers of a gateway hold together', () => {
  const servers = ['a', 'b'].map((host) => ({ host, port: 3001 }));
  expect(problemsOf(() => gatewayConf({ ...gateway, servers, maxConnections: 56_000 }))).toEqual([]);
  expect(problemsOf(() => gatewayConf({ ...gateway, servers, maxConnections: 56_001 }))).toHaveLength(1);
});

describe('no text', () => {
  /** Text that is likely to end a directive, to be read as a variable, or to pass. */
  const hostile = fc.string({
    unit: fc.oneof(fc.constantFrom(...'/;{}"\'$#\\\n\r\t ()~=*.-a0Z'), fc.string({ unit: 'grapheme', maxLength: 1 })),
    maxLength: 40,
  });
  const path = fc.oneof(
    hostile,
    hostile.map((text) => `/${text}/`),
    fc.stringMatching(/^\/[a-zA-Z0-9._~-]{1,300}\/$/),
  );
  const flag = fc.oneof(
    path,
    hostile.map((text) => `/tmp/${text}`),
  );

  it.each<[string, fc.Arbitrary<string>, string, (text: string) => string]>([
    ['socketIo.path', path, '/placeholder/', (text) => nginxConf({ ...sidecar, socketIo: { path: text } })],
    [
      'socketIo.upstreamPath',
      path,
      '/placeholder/',
      (text) => nginxConf({ ...sidecar, socketIo: { path: '/s/', upstreamPath: text } }),
    ],
    [
      'routes.path',
      path,
      '/placeholder/',
      (text) => nginxConf({ ...sidecar, routes: [{ path: text, upstreamPath: '/x/' }] }),
    ],
    [
      'routes.upstreamPath',
      path,
      '/placeholder/',
      (text) => nginxConf({ ...sidecar, routes: [{ path: '/r/', upstreamPath: text }] }),
    ],
    ['upstream.host', hostile, 'placeholder', (text) => nginxConf({ ...sidecar, upstream: { host: text, port: 1 } })],
    ['drainFlag', flag, '/tmp/placeholder', (text) => nginxConf({ ...sidecar, drainFlag: text })],
    ['socketIoPath', path, '/placeholder/', (text) => gatewayConf({ ...gateway, socketIoPath: text })],
    ['apiPath', path, '/placeholder/', (text) => gatewayConf({ ...gateway, apiPath: text })],
    ['servers.host', hostile, 'placeholder', (text) => gatewayConf({ ...gateway, servers: [{ host: text, port: 1 }] })],
  ])('given as %s reaches beyond the directive that it is meant for', (_name, texts, placeholder, build) => {
    const expected = shapeOf(parse(build(placeholder)));
    fc.assert(
      fc.property(texts, (text) => {
        let conf: string;
        try {
          conf = build(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
          return;
        }
        // As many words in the same directives; and none of it is a variable or a quote.
        if (text !== '/') expect(shapeOf(parse(conf))).toEqual(expected);
        expect(text).toMatch(/^[A-Za-z0-9\-._~/]+$/);
        expect(text.length).toBeLessThanOrEqual(255);
      }),
      { numRuns: 300 },
    );
  });
});

/** The names of all directives with the number of their words. */
function shapeOf(directives: readonly Directive[]): unknown[] {
  return directives.map(({ words, body }) => [words[0], words.length, body && shapeOf(body)]);
}
