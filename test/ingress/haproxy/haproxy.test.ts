import { Duration } from 'cdk8s';
import { problemsOf } from '../../problems';
import { manifestsOn, only, secret } from '../support';

type Given = Parameters<typeof manifestsOn>[1];
const annotationsOf = (kind: 'Ingress' | 'Service', given: Given = {}) =>
  Object.fromEntries(
    Object.entries(only(manifestsOn('haproxy', given), kind).metadata.annotations).map(([name, value]) => {
      expect(name).toMatch(/^haproxy\.org\//);
      return [name.slice('haproxy.org/'.length), value];
    }),
  );

test('writes what concerns the backend on the Service, defaults too', () => {
  expect(annotationsOf('Service')).toEqual({
    check: 'true',
    'check-http': '/health',
    'check-interval': '15s',
    'timeout-check': '5s',
    'forwarded-for': 'true',
    'load-balance': 'leastconn',
    'cookie-persistence': 'affinity-cookie',
    'timeout-server': '80s',
    'backend-config-snippet': 'timeout tunnel 80s',
  });
  expect(annotationsOf('Ingress')).toEqual({ 'ssl-redirect': 'false' });
});

test('serves TLS from a Secret, and redirects to the port where clients find it', () => {
  const props = { tls: { secret: secret('chat-tls') } };
  expect(annotationsOf('Ingress', { props })).toEqual({ 'ssl-redirect': 'true', 'ssl-redirect-port': '443' });
  expect(only(manifestsOn('haproxy', { props }), 'Ingress').spec.tls).toEqual([
    { hosts: ['chat.example.com'], secretName: 'chat-tls' },
  ]);
});

test('takes another class, name of the cookie and health check', () => {
  const props = {
    ingressClass: 'haproxy-internal',
    cookieName: 'chat_session',
    healthCheck: { path: '/ready', checkIntervalSeconds: 10, timeoutSeconds: 3 },
  };
  expect(only(manifestsOn('haproxy', { props }), 'Ingress').spec.ingressClassName).toBe('haproxy-internal');
  expect(annotationsOf('Service', { props })).toMatchObject({
    'cookie-persistence': 'chat_session',
    'check-http': '/ready',
    'check-interval': '10s',
    'timeout-check': '3s',
  });
});

test('waits for an answer to a poll for as long as the heartbeat lets it be silent', () => {
  const timing = { pingInterval: Duration.seconds(60), pingTimeout: Duration.seconds(60) };
  expect(annotationsOf('Service', { timing })).toMatchObject({ 'timeout-server': '150s' });
});

test('fails with everything that the controller cannot be told', () => {
  const props = {
    ingressClass: 'HAProxy',
    cookieName: 'chat session',
    tls: { managed: true } as const,
    healthCheck: { healthyThreshold: 1, unhealthyThreshold: 5, port: 9000, timeoutSeconds: 20 },
  };
  expect(problemsOf(() => manifestsOn('haproxy', { props }))).toEqual([
    'tls: cannot come from "managed" on the HAProxy Kubernetes Ingress Controller; give "secret"',
    "healthCheck.healthyThreshold: is told by no annotation of HAProxy's controller, where it is 2; leave it out",
    "healthCheck.unhealthyThreshold: is told by no annotation of HAProxy's controller, where it is 3; leave it out",
    "healthCheck.port: is told by no annotation of HAProxy's controller, where it is the port that serves; leave it out",
    'healthCheck.timeoutSeconds: 20 s is longer than the interval of 15 s, so that the next check would be due before the last one has failed; set it to at most 15 s',
    expect.stringMatching(/^ingressClass: "HAProxy" is not/),
    'cookieName: "chat session" is not a cookie name here; use up to 64 letters, digits, "-" and "_"',
  ]);
});
