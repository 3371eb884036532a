import { threadsOf } from '../../../lib/system';
import { bundleOf } from '../support';

/** What is said of a route to a Service that is not there, where another one is. */
function said(
  written: string,
  there: string,
  more = '',
): readonly [state: string | undefined, words: string | undefined] {
  const bundle = bundleOf(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  ingressClassName: nginx
  rules: [{ host: a.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${written}, port: { number: 80 } } } }] } }]
---
apiVersion: v1
kind: Service
metadata: { name: ${there}, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
${more}`);
  const step = threadsOf(bundle)[0]?.steps.find(({ at }) => at === 'service');
  return [step?.state, step?.words.replace(/^.*not in what was read(; )?/, '')];
}

/** Told to pods, so that it is not taken for one that was renamed. */
const told = (name: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web, env: [{ name: PEER, value: 'http://${name}:80' }] }] } } }
`;

test.each<[written: string, there: string, misspelled: boolean]>(
  [
    ['chat', 'chart', true],
    ['chat', 'chatt', true],
    ['chat', 'caht', true],
    ['api', 'pai', true],
    ['api', 'apis', true],
    ['api', 'app', false],
    ['ab', 'ba', false],
    ['gateway', 'gatewais', true],
    ['gateways', 'gatewaaax', false],
    ['gatewa', 'gatewaaa', true],
    ['frontend', 'frontedn', true],
    ['frontend', 'fronteng', true],
    ['frontend', 'frontoned', true],
    ['frontend', 'frintond', true],
    ['frontend', 'backend', false],
    ['web-1', 'web-2', false],
    ['web1', 'web12', false],
    ['chat-server', 'chat-sever', true],
    ['chat-server', 'char-server', true],
    ['shop-a-server', 'shop-b-server', false],
    ['shop-web', 'shop-app', false],
    ['web', 'web-server', false],
  ].filter(([, there]) => !String(there).endsWith('-')) as [string, string, boolean][],
)('%s where %s is: misspelled %p', (written, there, misspelled) => {
  expect(said(written, there, told(there))).toEqual(
    misspelled ? ['broken', `${there} is, and has this port`] : ['doubtful', ''],
  );
});

describe('a Service that nothing leads to', () => {
  const spare = ['broken', 'billing is, has this port, and nothing leads to it'];

  test('is the one that was renamed', () => {
    expect(said('invoices', 'billing')).toEqual(spare);
  });

  test.each([
    ['a variable', told('billing')],
    ['an argument', told('x').replace("env: [{ name: PEER, value: 'http://x:80' }]", 'args: [--peer=billing:80]')],
    ['a command', told('x').replace("env: [{ name: PEER, value: 'http://x:80' }]", 'command: [connect, billing]')],
    [
      'a ConfigMap',
      '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: shop }\ndata: { peers: "a, billing" }\n',
    ],
  ])('is not, where %s names it: pods use it among each other', (_what, more) => {
    expect(said('invoices', 'billing', more)).toEqual(['doubtful', '']);
  });

  test.each([
    ['a longer name', told('billing-db')],
    ['a name that ends so', told('my-billing')],
    ['another one', told('payments')],
    [
      'a Secret',
      '---\napiVersion: v1\nkind: Secret\nmetadata: { name: c, namespace: shop }\nstringData: { peers: billing }\n',
    ],
  ])('is, although %s is told to somebody', (_what, more) => {
    expect(said('invoices', 'billing', more)).toEqual(spare);
  });

  test('is not, where it has no address of its own, another port, or is one of two', () => {
    const headless = bundleService('billing', 'clusterIP: None, ');
    expect(said('invoices', 'db', `${told('db')}${headless}`)).toEqual(['doubtful', '']);
    expect(said('invoices', 'db', `${told('db')}${bundleService('billing', '', 81)}`)).toEqual(['doubtful', '']);
    expect(said('invoices', 'billing', bundleService('payments', ''))).toEqual(['doubtful', '']);
  });

  test('is not, where it is in another namespace', () => {
    expect(said('invoices', 'db', `${told('db')}${bundleService('billing', '').replace('shop', 'other')}`)).toEqual([
      'doubtful',
      '',
    ]);
  });
});

function bundleService(name: string, more: string, port = 80): string {
  return `---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { ${more}selector: { app: x }, ports: [{ port: ${port} }] }\n`;
}
