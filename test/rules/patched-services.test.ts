import { loadTexts } from '../../lib/manifest';
import { ruleOf } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import { web } from '../system/support';

/** What WS230 says of files: the level, the object and what stands there. */
function told(files: Readonly<Record<string, string>>): readonly string[] {
  const { bundle, texts, problems } = loadTexts(new Map(Object.entries(files)));
  expect(problems).toEqual([]);
  const rule = ruleOf('WS230') as NonNullable<ReturnType<typeof ruleOf>>;
  return evaluate(bundle, [rule], texts).map(({ level, kind, name, actual }) => `${level} ${kind} ${name}: ${actual}`);
}

describe('a port that a kustomization may give to the Service is no error', () => {
  const site = web({ paths: ['/ws'] }).replace('port: { number: 80 }', 'port: { number: 81 }');
  const patched = (target: string, field = 'patches') =>
    told({
      'base/web.yaml': site,
      'overlay/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\n${field}: [{ path: port.yaml, ${target} }]\n`,
      'overlay/port.yaml': '- { op: replace, path: /spec/ports/0/port, value: 81 }\n',
    });
  const ERROR = ['error Ingress web: port 81 of Service web'];
  const DOUBT = ['info Ingress web: port 81 of Service web'];

  test.each([
    ['target: { kind: Service, name: web }', DOUBT],
    ['target: { version: v1, kind: Service, name: "w.*" }', DOUBT],
    ['target: { kind: Service }', DOUBT],
    ['target: { name: web }', DOUBT],
    ['target: { kind: Service, name: "[" }', ERROR],
    ['target: { kind: Service, name: we }', ERROR],
    ['target: { kind: Deployment, name: web }', ERROR],
    ['options: {}', ERROR],
  ])('%s', (target, said) => {
    expect(patched(target)).toEqual(said);
    expect(patched(target, 'patchesJson6902')).toEqual(said);
  });

  test('and one of Flux is an object of the cluster', () => {
    const flux =
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: web }\nspec: { path: ./web }\n';
    expect(told({ 'web.yaml': site, 'flux.yaml': flux })).toEqual(ERROR);
  });
});

describe('a route without a namespace may lead to any Service of the name', () => {
  const [ingress, , workload] = web({ paths: ['/ws'] }).split('---\n');
  const service = (namespace: string, port: number) =>
    `apiVersion: v1\nkind: Service\nmetadata: { name: web${namespace} }\nspec: { selector: { app: web }, ports: [{ name: http, port: ${port} }] }\n`;
  const among = (...services: readonly string[]) =>
    told({ 'all.yaml': [ingress, workload, ...services].join('---\n') });

  test('of which one has the port', () => {
    expect(among(service('', 8080), service(', namespace: shop', 80))).toEqual([]);
  });

  test('of which one has the port, in a folder of another namespace than those that repeat the name', () => {
    const files = (port: number) => ({
      'echo/a/all.yaml': [service('', 8080), workload].join('---\n'),
      'echo/b/all.yaml': [service('', 8081), workload].join('---\n'),
      'shop/service.yaml': service(', namespace: shop', port),
      'shop/http/ingress.yaml': ingress as string,
    });
    expect(told(files(80))).toEqual([]);
    expect(told(files(82))).toContain('error Ingress web: port 80 of Service web');
  });

  test('of which none has it', () => {
    expect(among(service('', 8080), service(', namespace: shop', 81))).toEqual([
      'error Ingress web: port 80 of Service web',
    ]);
  });
});
