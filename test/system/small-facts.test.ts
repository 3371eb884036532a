import { Bundle, type Manifest } from '../../lib/manifest';
import { check } from '../../lib/rules';
import { movesInRollout } from '../../lib/system';
import { isAbsent, nearby, together } from '../../lib/system/absence';
import { takesUploads } from '../../lib/system/uploads';
import { type Web, web } from './support';

/** The last part of the sentence about a system: how often a rollout moves a client. */
function moved(of: Web, change: (text: string) => string = (text) => text): string | undefined {
  return /a rollout of \w+ web moves every client ([^;]*)\.$/.exec(
    check(change(web({ paths: ['/ws'], ...of }))).systems[0] ?? '',
  )?.[1];
}

const strategy = (text: string) => (of: string) =>
  of.replace('spec:\n  replicas', `spec:\n  strategy: ${text}\n  replicas`);

test.each<[string, string | undefined, Web, string]>([
  ['one pod', 'once', { replicas: 1 }, ''],
  ['no pod', undefined, { replicas: 0 }, ''],
  ['two pods, one at a time', '1.3 times in 2 steps', { replicas: 2 }, ''],
  ['ten pods, a quarter more and a quarter fewer', '1.3 times in 2 steps', { replicas: 10 }, ''],
  [
    'four pods, two at a time',
    '1.3 times in 2 steps',
    { replicas: 4 },
    '{ rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } }',
  ],
  [
    'four pods, one and one',
    '1.3 times in 2 steps',
    { replicas: 4 },
    '{ rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } }',
  ],
  [
    'all of them at once',
    '1.0 times in 1 steps',
    { replicas: 4 },
    '{ rollingUpdate: { maxSurge: 100%, maxUnavailable: 0 } }',
  ],
  [
    'more than there are',
    '1.0 times in 1 steps',
    { replicas: 4 },
    '{ rollingUpdate: { maxSurge: 9, maxUnavailable: 9 } }',
  ],
  [
    'half of three, rounded up',
    '1.2 times in 2 steps',
    { replicas: 3 },
    '{ rollingUpdate: { maxSurge: 50%, maxUnavailable: 0 } }',
  ],
  ['Recreate', 'once', { replicas: 4 }, '{ type: Recreate }'],
  [
    'a StatefulSet, one at a time whatever is written',
    '1.4 times in 4 steps',
    { replicas: 4, kind: 'StatefulSet' },
    '{ rollingUpdate: { maxSurge: 4 } }',
  ],
])('a rollout of %s moves every client %s', (_name, expected, of, written) => {
  expect(moved(of, written === '' ? undefined : strategy(written))).toBe(expected);
});

test.each<[pods: number, atOnce: number, moves: number]>([
  [0, 1, 0],
  [1, 1, 1],
  [2, 1, 1.25],
  [2, 2, 1],
  [3, 2, 1 + (2 / 3) * (1 / 3)],
  [4, 4, 1],
  [5, 9, 1],
])('of %p pods, %p at once: %p moves', (pods, atOnce, moves) => {
  expect(movesInRollout(pods, atOnce)).toBeCloseTo(moves, 10);
});

test.each<[string, string, boolean]>([
  ['nginx.ingress.kubernetes.io/proxy-body-size', '0', true],
  ['nginx.ingress.kubernetes.io/proxy-body-size', '100m', true],
  ['nginx.ingress.kubernetes.io/proxy-body-size', '2G', true],
  ['nginx.ingress.kubernetes.io/proxy-body-size', '10m', false],
  ['nginx.ingress.kubernetes.io/proxy-body-size', '8k', false],
  ['nginx.ingress.kubernetes.io/proxy-body-size', '1000mb', false],
  ['nginx.ingress.kubernetes.io/proxy-body-size', 'x100m', false],
  ['nginx.ingress.kubernetes.io/proxy-body-size-x', '0', false],
  ['nginx.org/client-max-body-size', '100m', true],
  ['nginx.org/client-max-body-size-x', '100m', false],
  ['nginx.ingress.kubernetes.io/proxy-request-buffering', 'off', true],
  ['nginx.ingress.kubernetes.io/proxy-request-buffering', 'on', false],
  ['nginx.ingress.kubernetes.io/proxy-request-buffering-x', 'off', false],
  ['nginx.ingress.kubernetes.io/proxy-buffering', 'off', false],
  ['nginx.ingress.kubernetes.io/proxy-read-timeout', '0', false],
])('a route with %s: %s takes uploads: %p', (name, text, takes) => {
  expect(takesUploads({ kind: 'Ingress', metadata: { name: 'web', annotations: { [name]: text } } } as never)).toBe(
    takes,
  );
});

describe('what is absent', () => {
  const object = (kind: string, name: string, namespace?: string, apiVersion = 'v1') =>
    ({ apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }) as Manifest;
  const ingress = object('Ingress', 'web', 'shop', 'networking.k8s.io/v1');
  const absent = (kind: string, ...others: Manifest[]) => isAbsent(new Bundle([ingress, ...others]), kind, ingress);

  test('is said where others of its kind are there', () => {
    expect(absent('Service')).toBe(false);
    expect(absent('Service', object('Service', 'other', 'shop'))).toBe(true);
    expect(absent('Service', object('Service', 'other', 'elsewhere'))).toBe(false);
    expect(absent('Service', object('Service', 'other'))).toBe(true);
    expect(absent('Service', object('Secret', 'other', 'shop'))).toBe(false);
  });

  test('is not said where something could not be read', () => {
    const bundle = new Bundle([ingress, object('Service', 'other', 'shop')], new Map(), { incomplete: true });
    expect(isAbsent(bundle, 'Service', ingress)).toBe(false);
  });

  test.each<[string, boolean]>([
    ['v1', true],
    ['apps/v1', true],
    ['batch/v1', true],
    ['networking.k8s.io/v1', true],
    ['gateway.networking.k8s.io/v1', true],
    ['networking.gke.io/v1', true],
    ['cloud.google.com/v1', true],
    ['monitoring.coreos.com/v1', true],
    ['keda.sh/v1alpha1', true],
    ['cert-manager.io/v1', true],
    ['acme.cert-manager.io/v1', true],
    ['external-secrets.io/v1', true],
    ['generators.external-secrets.io/v1', true],
    ['networking.istio.io/v1', true],
    ['traefik.io/v1alpha1', true],
    ['configuration.konghq.com/v1', true],
    ['argoproj.io/v1alpha1', true],
    ['postgresql.cnpg.io/v1', false],
    ['example.com/v1', false],
    ['notkeda.sh/v1', false],
    ['keda.sh.example.com/v1', false],
  ])('pods beside an object of %s: %p', (apiVersion, expected) => {
    expect(absent('Pod', object('Thing', 'x', 'shop', apiVersion))).toBe(expected);
  });

  test('pods that are there are not absent', () => {
    expect(absent('Pod', object('Pod', 'x', 'shop'))).toBe(false);
  });

  test('where nobody says a namespace, everything is together', () => {
    const free = object('Service', 'free');
    const bundle = new Bundle([
      free,
      ingress,
      object('Deployment', 'web', 'shop', 'apps/v1'),
      object('Secret', 's', 'other'),
    ]);
    expect(together(bundle, free).map(({ kind }) => kind)).toEqual(['Service', 'Ingress', 'Deployment', 'Secret']);
    expect(together(bundle, ingress).map(({ kind }) => kind)).toEqual(['Service', 'Ingress', 'Deployment']);
    expect(nearby(bundle, ingress).map(({ kind }) => kind)).toEqual(['Deployment']);
  });
});
