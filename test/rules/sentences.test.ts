import { check } from '../../lib/rules';
import { movesInRollout } from '../../lib/system';
import { web } from '../system/support';

const NGINX = 'nginx.ingress.kubernetes.io';

test('a system says in one sentence what happens to its connections', () => {
  const text = web({ paths: ['/socket.io/'], replicas: 3, ingress: `${NGINX}/proxy-read-timeout: "120"` });
  expect(check(text).systems).toEqual([
    'A connection to web.example.com lives as long as its pod; it survives silence of 120 s, because nginx.ingress.kubernetes.io/proxy-read-timeout of Ingress web says 120 s; it is silent for 25 s at a time; ' +
      'a rollout of Deployment web moves every client 1.4 times in 3 steps.',
  ]);
});

test('the classic balancer of Google says an age, and what is not written is said', () => {
  const text = `${web({ className: 'gce', paths: ['/ws'], service: `cloud.google.com/backend-config: '{"default": "web"}'`, ingress: 'kubernetes.io/ingress.class: gce', more: 'apiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: { name: web }\nspec: { timeoutSec: 3600 }\n' }).replace('  ingressClassName: gce\n', '')}`;
  expect(check(text).systems[0]).toMatch(
    /^A connection to web\.example\.com lives at most 60 min, because BackendConfig spec\.timeoutSec of BackendConfig web says 3600 s; /,
  );
  expect(check(web({ paths: ['/ws'] })).systems[0]).toContain('of Ingress web is not written');
});

test('nothing is said of what nothing shows', () => {
  expect(check(web()).systems).toEqual([]);
});

test('whoever is moved to an old pod is moved again', () => {
  expect(movesInRollout(1, 1)).toBe(1);
  // The first of two is moved to the other one half of the time, and from there again; the second never.
  expect(movesInRollout(2, 1)).toBeCloseTo(1 + 0.5 * 0.5);
  expect(movesInRollout(3, 3)).toBe(1);
  expect(movesInRollout(100, 1)).toBeGreaterThan(movesInRollout(3, 1));
});
