import { Duration, Size } from 'cdk8s';
import { problemsOf } from '../../problems';
import { manifestsOn, only, secret, TIMING } from '../support';

/** The chat backend as its documents describe it: heartbeat 25 s + 25 s, affinity for a day. */
const timing = { ...TIMING, affinityTtl: Duration.hours(24) };
const documented = {
  name: 'chat-backend-ingress',
  tls: { secret: secret('chat-tls-secret') },
  cookie: { name: 'chat_session' },
  cors: { origins: ['https://app.example.com'] },
};
const annotationsOf = (given: Parameters<typeof manifestsOn>[1]) =>
  Object.fromEntries(
    Object.entries(only(manifestsOn('ingress-nginx', given), 'Ingress').metadata.annotations).map(([name, value]) => [
      name.replace('nginx.ingress.kubernetes.io/', ''),
      value,
    ]),
  );

test('writes every documented annotation with its documented value', () => {
  expect(annotationsOf({ props: documented, timing })).toEqual({
    'websocket-services': 'chat-backend',
    'proxy-read-timeout': '80',
    'proxy-send-timeout': '300',
    'proxy-connect-timeout': '10',
    affinity: 'cookie',
    'affinity-mode': 'persistent',
    'session-cookie-name': 'chat_session',
    'session-cookie-max-age': '86400',
    'session-cookie-change-on-failure': 'true',
    'proxy-buffering': 'off',
    'proxy-request-buffering': 'off',
    'proxy-body-size': '10m',
    'enable-cors': 'true',
    'cors-allow-origin': 'https://app.example.com',
    'cors-allow-credentials': 'true',
    // Beyond the documents.
    'session-cookie-path': '/',
    'session-cookie-samesite': 'Lax',
    'session-cookie-secure': 'true',
    'ssl-redirect': 'true',
  });
});

test('is the documented Ingress apart from its annotations', () => {
  expect(only(manifestsOn('ingress-nginx', { props: documented, timing }), 'Ingress').spec).toEqual({
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'chat.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'chat-backend', port: { number: 3001 } } },
            },
          ],
        },
      },
    ],
    tls: [{ hosts: ['chat.example.com'], secretName: 'chat-tls-secret' }],
  });
});

test('writes 3600 s for sending and for receiving where the idle timeout is an hour, as for the IDE', () => {
  expect(annotationsOf({ timing: { ...TIMING, idleTimeout: Duration.hours(1) } })).toMatchObject({
    'proxy-read-timeout': '3600',
    'proxy-send-timeout': '3600',
  });
});

test('takes another class, body size, cookie and path', () => {
  const props = {
    ingressClass: 'nginx-internal',
    maxBodySize: Size.kibibytes(1500),
    cookie: { sameSite: 'None' as const },
    tls: documented.tls,
    paths: ['/ide/'],
    cors: { origins: ['https://a.example.com', 'http://localhost:5173'], credentials: false },
  };
  expect(annotationsOf({ props })).toMatchObject({
    'proxy-body-size': '1500k',
    'session-cookie-name': 'affinity-cookie',
    'session-cookie-samesite': 'None',
    // Where only one path is served, its cookie belongs to no other application of the host.
    'session-cookie-path': '/ide/',
    'cors-allow-origin': 'https://a.example.com, http://localhost:5173',
    'cors-allow-credentials': 'false',
  });
  expect(only(manifestsOn('ingress-nginx', { props }), 'Ingress').spec.ingressClassName).toBe('nginx-internal');
});

test('without TLS redirects nobody and marks no cookie as secure', () => {
  expect(annotationsOf({})).toMatchObject({ 'ssl-redirect': 'false', 'session-cookie-secure': 'false' });
  expect(only(manifestsOn('ingress-nginx'), 'Ingress').spec).not.toHaveProperty('tls');
  expect(annotationsOf({})).not.toHaveProperty('enable-cors');
});

test('fails with every wrong property', () => {
  const props = {
    tls: { managed: true } as const,
    ingressClass: 'Nginx',
    cookie: { name: 'chat session', sameSite: 'lax' as never },
    cors: { origins: ['*', 'app.example.com', 'https://app.example.com/path'] },
  };
  expect(problemsOf(() => manifestsOn('ingress-nginx', { props }))).toEqual([
    'tls: cannot come from "managed" on ingress-nginx; give "secret"',
    expect.stringContaining('ingressClass: "Nginx" is not a DNS name'),
    expect.stringContaining('cookie.name: "chat session" is not a cookie name'),
    'cookie.sameSite: "lax" is unknown; give one of Lax, Strict, None',
    expect.stringContaining('cors.origins[0]: "*" lets every page connect'),
    expect.stringContaining('cors.origins[1]: "app.example.com" is not an origin'),
    expect.stringContaining('cors.origins[2]: "https://app.example.com/path" is not an origin'),
  ]);
  expect(problemsOf(() => manifestsOn('ingress-nginx', { props: { cors: { origins: [] } } }))).toEqual([
    expect.stringContaining('cors.origins: is empty'),
  ]);
  expect(problemsOf(() => manifestsOn('ingress-nginx', { props: { cookie: { sameSite: 'None' } } }))).toEqual([
    expect.stringContaining('cookie.sameSite: "None" is dropped by browsers without TLS'),
  ]);
});

test('fails on a cookie that pages of another site, which may connect, would not send', () => {
  const props = (origin: string, sameSite?: 'None') => ({
    tls: documented.tls,
    cors: { origins: [origin] },
    ...(sameSite === undefined ? {} : { cookie: { sameSite } }),
  });
  const problems = (given: object) => problemsOf(() => manifestsOn('ingress-nginx', { props: given }));
  expect(problems(props('https://app.other.com'))).toEqual([
    'cookie.sameSite: "Lax" keeps the cookie from pages of https://app.other.com, which is another site than chat.example.com, so that their clients lose their pod; give "None" and tls',
  ]);
  expect(problems(props('https://app.other.com', 'None'))).toEqual([]);
  expect(problems(props('https://app.example.com'))).toEqual([]);
});

test('fails on a health check, which the controller would not make', () => {
  expect(problemsOf(() => manifestsOn('ingress-nginx', { props: { healthCheck: { path: '/ready' } } }))).toEqual([
    'healthCheck: changes nothing: ingress-nginx asks no pod itself and goes by the readiness probe; leave it out, and set probes.readiness of the server',
  ]);
});

test.each([
  ['"10m"', '10m'],
  ['10', 10],
  ['null', null],
])('fails on a body size of %s, which is no Size', (text, maxBodySize) => {
  expect(problemsOf(() => manifestsOn('ingress-nginx', { props: { maxBodySize: maxBodySize as never } }))).toEqual([
    `maxBodySize: ${text} cannot be used here; give a Size: Size.mebibytes(10), or leave it out`,
  ]);
});
