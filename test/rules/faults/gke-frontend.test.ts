import type { BaseName } from './bases';
import { casesOf, expectFound, type Fault } from './faults';
import { CONFIG, GKE, onIngress, only } from './planting';

const FAULTS: readonly Fault[] = [
  {
    wrong: 'the host stands twice',
    plant: (c) => {
      const { rules } = c.route.spec as { rules: unknown[] };
      c.set(c.route, ['spec', 'rules'], [...rules, rules[0]]);
    },
    code: 'WS238',
    kind: 'route',
    cause: /a second time/,
    on: GKE,
  },
  {
    wrong: 'HTTP is forbidden without a certificate',
    plant: (c) => {
      onIngress('kubernetes.io/ingress.allow-http', 'false')(c);
      onIngress('networking.gke.io/managed-certificates', undefined)(c);
    },
    code: 'WS259',
    kind: 'route',
    cause: /allow-http.*no listener/,
    on: only('foreign GKE'),
  },
  {
    wrong: 'HTTP is redirected without a certificate',
    plant: onIngress('networking.gke.io/managed-certificates', undefined),
    code: 'WS259',
    kind: 'route',
    cause: /redirects to HTTPS, and the Ingress has no certificate/,
    on: GKE,
  },
  {
    wrong: 'the ManagedCertificate is not there',
    plant: onIngress('networking.gke.io/managed-certificates', 'chta'),
    code: 'WS259',
    kind: 'route',
    cause: /ManagedCertificate chta/,
    on: GKE,
  },
  {
    wrong: 'the FrontendConfig is not there',
    plant: onIngress('networking.gke.io/v1beta1.FrontendConfig', 'chta'),
    code: 'WS231',
    kind: 'route',
    cause: /"chta", which is not among/,
    on: GKE,
  },
  {
    wrong: 'the code of the redirect is a number',
    plant: (c) => c.set(c.of('FrontendConfig'), ['spec', 'redirectToHttps', 'responseCodeName'], '301'),
    code: 'WS261',
    kind: 'FrontendConfig',
    cause: /"301"/,
    on: GKE,
  },
  {
    wrong: 'the SSL policy has a name that Google does not give',
    plant: (c) => c.set(c.of('FrontendConfig'), ['spec', 'sslPolicy'], 'my.policy'),
    code: 'WS261',
    kind: 'FrontendConfig',
    cause: /"my\.policy"/,
    on: GKE,
  },
  {
    wrong: 'Cloud Armor stands before an internal balancer',
    plant: (c) => {
      c.annotate(c.route, 'kubernetes.io/ingress.class', 'gce-internal');
      c.set(c.of(CONFIG), ['spec', 'securityPolicy'], { name: 'armor' });
    },
    code: 'WS262',
    kind: CONFIG,
    cause: /"armor", for the internal Ingress/,
    on: GKE,
  },
  {
    wrong: 'an internal balancer redirects',
    plant: onIngress('kubernetes.io/ingress.class', 'gce-internal'),
    code: 'WS231',
    kind: 'route',
    cause: /redirects to HTTPS, on class gce-internal/,
    on: GKE,
  },
  {
    wrong: 'there are two addresses',
    plant: (c) => {
      for (const [i, name] of [
        'kubernetes.io/ingress.global-static-ip-name',
        'kubernetes.io/ingress.regional-static-ip-name',
      ].entries())
        c.annotate(c.route, name, `address-${i}`);
    },
    code: 'WS232',
    kind: 'route',
    cause: /global "address-0" and regional "address-1"/,
    on: GKE,
  },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('there are at least 15 cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(15);
});
