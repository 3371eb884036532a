import { check } from '../../lib/rules';
import { type Web, web } from '../system/support';

describe('where nobody gets in, no life is told', () => {
  const said = (text: string) => check(text).systems;
  const gce = (entries: string, of: Web = {}) =>
    web({ className: 'gce', ingress: 'kubernetes.io/ingress.class: gce', image: 'rocketchat/rocket.chat:7.0.0', ...of })
      .replace('  ingressClassName: gce\n', '')
      .replace(/ {10}- \{ path: \/, .*\n/, entries);
  const entry = (path: string, type = 'ImplementationSpecific') =>
    `          - { path: "${path}", pathType: ${type}, backend: { service: { name: web, port: { number: 80 } } } }\n`;

  test('because GKE skips an Ingress that says its class in the field', () => {
    expect(said(web({ className: 'gce', paths: ['/ws'] }))).toEqual([
      'No connection to web.example.com ever opens, because Ingress web says its class gce in the field, and GKE’s controller skips it.',
    ]);
  });

  test('because an expression is taken letter by letter', () => {
    expect(said(web({ paths: ['"/socket.io/(.*)"'] }))).toEqual([
      'No connection to web.example.com ever opens, because path "/socket.io/(.*)" of Ingress web is taken letter by letter.',
    ]);
  });

  test('because GKE refuses a path of the Ingress', () => {
    const refused = 'No connection to web.example.com ever opens, because path "/a/*" of Ingress web is refused.';
    expect(said(gce(entry('/a/*', 'Prefix')))).toEqual([refused]);
    // The whole Ingress is refused with it.
    expect(said(gce(entry('/socket.io/*') + entry('/a/*', 'Prefix')))).toEqual([refused]);
  });

  test('because the path of GKE matches nothing below it', () => {
    const socket = { container: 'livenessProbe: { httpGet: { path: /socket.io/, port: http } }' };
    expect(said(gce(entry('/'), { ...socket, image: 'web:1' }))).toEqual([
      'No connection to web.example.com ever opens, because path "/" of Ingress web matches nothing below it.',
    ]);
    expect(said(gce(entry('/') + entry('/*'), { ...socket, image: 'web:1' }))[0]).toMatch(/^A connection to /);
  });

  test('because the route leads to a port that its Service has not', () => {
    const gone = web({ paths: ['/ws'] }).replace('port: { number: 80 }', 'port: { number: 81 }');
    expect(said(gone)).toEqual([
      'No connection to web.example.com ever opens, because Ingress web leads to port 81 of Service web, not to one of its ports: 80.',
    ]);
    // Another path leads there.
    const [one, other] = web({ paths: ['/ws', '/ws/v2'] }).split('/ws/v2');
    expect(said(`${one?.replace('port: { number: 80 }', 'port: { number: 81 }')}/ws/v2${other}`)[0]).toMatch(
      /^A connection to /,
    );
  });

  test('because the Service selects no pods, or targets no port of them', () => {
    expect(
      said(web({ paths: ['/ws'] }).replace('spec:\n  selector: { app: web }', 'spec:\n  selector: { app: wep }')),
    ).toEqual([
      'No connection to web.example.com ever opens, because Service web selects {"app":"wep"}, which no workload of the namespace carries.',
    ]);
    expect(said(web({ paths: ['/ws'], port: 'name: http, targetPort: htpp' }))).toEqual([
      'No connection to web.example.com ever opens, because no container of Deployment web has a port named htpp (http 8080).',
    ]);
  });

  test('because the route is attached to no listener', () => {
    const [, ...site] = web().split('---\n');
    const routed = (section: string) => `${site.join('---\n')}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec: { parentRefs: [{ name: edge, sectionName: ${section} }], hostnames: [web.example.com], rules: [{ matches: [{ path: { value: /ws } }], backendRefs: [{ name: web, port: 80 }] }] }
`;
    expect(said(routed('https'))).toEqual([
      'No connection to web.example.com ever opens, because HTTPRoute web is attached to no listener: no listener https of Gateway edge.',
    ]);
    expect(said(routed('http'))[0]).toMatch(/^A connection to /);
  });

  test('because Istio knows no such subset', () => {
    const [, ...site] = web().split('---\n');
    const routed = (subset: string) => `${site.join('---\n')}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web.example.com], gateways: [edge], http: [{ match: [{ uri: { prefix: /ws } }], route: [{ destination: { host: web, subset: ${subset} } }] }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, subsets: [{ name: v1, labels: { version: v1 } }] }
`;
    expect(said(routed('v2'))).toEqual([
      'No connection to web.example.com ever opens, because VirtualService web leads to subset v2 of Service web, which DestinationRule web does not define.',
    ]);
    expect(said(routed('v1'))[0]).toMatch(/^A connection to /);
  });

  test('because the pods refuse whatever the balancer sends', () => {
    const policed = (className: string, from: string) =>
      said(
        web({
          className,
          paths: ['/ws'],
          more: `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web }\nspec: { podSelector: { matchLabels: { app: web } }, ingress: ${from} }\n`,
        }),
      );
    expect(policed('nginx', '[]')).toEqual([
      'No connection to web.example.com ever opens, because NetworkPolicy web admits nobody on port 8080, http.',
    ]);
    const PODS = '[{ from: [{ namespaceSelector: {} }] }]';
    expect(policed('alb', PODS)).toEqual([
      'No connection to web.example.com ever opens, because NetworkPolicy web admits pods only on port 8080, http.',
    ]);
    expect(policed('nginx', PODS)[0]).toMatch(/^A connection to /);
    // One of Google's ranges is enough for some.
    const google = (ingress: string) =>
      said(
        gce(entry('/ws/*'), {
          more: `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web }\nspec: { podSelector: { matchLabels: { app: web } }, ingress: ${ingress} }\n`,
        }),
      )[0];
    expect(google('[{ from: [{ ipBlock: { cidr: 35.191.0.0/16 } }] }]')).toMatch(/^A connection to /);
    expect(google(PODS)).toMatch(/^No connection to .* does not admit 130\.211\.0\.0\/22 and 35\.191\.0\.0\/16\.$/);
  });
});
