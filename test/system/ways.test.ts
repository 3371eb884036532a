import { Bundle, type Manifest } from '../../lib/manifest';
import { HTTP_ROUTE, INGRESS, servicePort } from '../../lib/system';
import { bundleOf, service } from './support';

const read = (text: string) => bundleOf(text).objects[0] as Manifest;

describe('the ways of an Ingress', () => {
  const ways = (spec: string) =>
    INGRESS.backends(
      read(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: ${spec}
`),
    ).map(({ from, ...way }) => ({ ...way, from: from.metadata.name }));

  test('are its default, and every path of every rule, each with where it stands', () => {
    const found = ways(`
  defaultBackend: { service: { name: all, port: { number: 80 } } }
  rules:
    - { http: { paths: [{ backend: { service: { name: a, port: { name: http } } } }] } }
    - host: chat.example.com
      http: { paths: [{ path: /a, backend: { service: { name: b } } }, { path: /b, backend: { service: { name: c, port: { number: "81" } } } }] }
`);
    expect(found).toEqual([
      {
        from: 'web',
        path: ['spec', 'defaultBackend'],
        service: 'all',
        namespace: 'shop',
        port: 80,
        hosts: [],
        paths: [],
      },
      {
        from: 'web',
        path: ['spec', 'rules', 0, 'http', 'paths', 0, 'backend'],
        service: 'a',
        namespace: 'shop',
        port: 'http',
        hosts: [],
        paths: [],
      },
      {
        from: 'web',
        path: ['spec', 'rules', 1, 'http', 'paths', 0, 'backend'],
        service: 'b',
        namespace: 'shop',
        port: undefined,
        hosts: ['chat.example.com'],
        paths: ['/a'],
      },
      {
        from: 'web',
        path: ['spec', 'rules', 1, 'http', 'paths', 1, 'backend'],
        service: 'c',
        namespace: 'shop',
        port: 81,
        hosts: ['chat.example.com'],
        paths: ['/b'],
      },
    ]);
  });

  test.each([
    'nothing',
    '{ rules: many }',
    '{ rules: [null, { http: null }, { http: { paths: [null, { backend: { resource: { kind: StorageBucket } } }] } }] }',
    '{ defaultBackend: { service: { name: 3 } } }',
  ])('are none in %s', (spec) => {
    expect(ways(spec)).toEqual([]);
  });

  test.each<[annotation: string, spec: string, classes: readonly string[]]>([
    ['', 'ingressClassName: nginx', ['nginx']],
    ['kubernetes.io/ingress.class: gce', '', ['gce']],
    ['kubernetes.io/ingress.class: gce', 'ingressClassName: nginx', ['gce']],
    ['', '', []],
    ['', 'ingressClassName: 3', []],
  ])('with annotation "%s" and "%s" are of class %j', (annotation, spec, classes) => {
    const ingress = read(
      `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: a, annotations: { ${annotation} } }, spec: { ${spec} } }`,
    );
    expect(INGRESS.classes(new Bundle([]), ingress)).toEqual(classes);
  });
});

describe('the ways of an HTTPRoute', () => {
  const TEXT = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec:
  parentRefs: [{ name: ours }, { name: shared, namespace: infra }, { name: gone }, {}]
  hostnames: [a.example.com, b.example.com]
  rules:
    - matches: [{ path: { value: /a } }, { headers: [] }, { path: { value: /b } }]
      backendRefs:
        - { name: one, port: 80 }
        - { name: two, namespace: other, port: "81", kind: Service }
        - { name: bucket, kind: ServiceImport }
        - { kind: Service }
    - backendRefs: [{ name: three }]
    - null
`;
  const gateway = (name: string, namespace: string, className: string) => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: ${namespace} }
spec: { gatewayClassName: ${className} }
`;

  test('are the Services of its rules, and nothing else that it sends requests to', () => {
    const common = { from: 'web', hosts: ['a.example.com', 'b.example.com'] };
    expect(HTTP_ROUTE.backends(read(TEXT)).map(({ from, ...way }) => ({ ...way, from: from.metadata.name }))).toEqual([
      {
        ...common,
        path: ['spec', 'rules', 0, 'backendRefs', 0],
        service: 'one',
        namespace: 'shop',
        port: 80,
        paths: ['/a', '/b'],
      },
      {
        ...common,
        path: ['spec', 'rules', 0, 'backendRefs', 1],
        service: 'two',
        namespace: 'other',
        port: 81,
        paths: ['/a', '/b'],
      },
      {
        ...common,
        path: ['spec', 'rules', 1, 'backendRefs', 0],
        service: 'three',
        namespace: 'shop',
        port: undefined,
        paths: [],
      },
    ]);
  });

  test('are of the classes of its Gateways, in whatever namespace, and of whom those name', () => {
    const classes = (text: string) => {
      const bundle = bundleOf(text);
      return HTTP_ROUTE.classes(bundle, bundle.objects[0] as Manifest);
    };
    const ours = gateway('ours', 'shop', 'gke-l7-gxlb-mc');
    const shared = gateway('shared', 'infra', 'mine');
    expect(classes(TEXT)).toEqual([]);
    expect(classes(TEXT + ours)).toEqual(['gke-l7-gxlb']);
    expect(classes(TEXT + gateway('ours', 'elsewhere', 'gke-l7-gxlb'))).toEqual([]);
    expect(classes(TEXT + gateway('ours', 'shop', 'x-mc-y'))).toEqual(['x-mc-y']);
    const named = `---\napiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: { name: mine }\nspec: { controllerName: example.com/it }\n`;
    expect(classes(TEXT + ours + shared + named)).toEqual(['gke-l7-gxlb', 'mine', 'example.com/it']);
  });
});

describe('a Service', () => {
  const PORTS = read(
    service(
      '{ ports: [{ name: a, port: 80, targetPort: 8080 }, null, { name: b, port: "81", targetPort: web }, { port: 82 }] }',
    ),
  );

  test.each<[port: string | number | undefined, atPod: boolean | undefined, index: number | undefined]>([
    [80, undefined, 0],
    [81, undefined, 2],
    [8080, undefined, undefined],
    [8080, true, 0],
    [80, true, undefined],
    [82, true, 3],
    ['a', undefined, 0],
    ['b', undefined, 2],
    ['web', undefined, undefined],
    ['web', true, 2],
    ['b', true, 2],
    ['none', undefined, undefined],
    [undefined, undefined, 1],
  ])('port %j, at the pod %j, is entry %j', (port, atPod, index) => {
    const found = servicePort(PORTS, atPod === undefined ? { port } : { port, atPod });
    // What names no port among several finds the first without a name.
    expect(found?.index).toBe(index);
  });

  test('of one port is meant by who names none', () => {
    expect(servicePort(read(service('{ ports: [{ name: a, port: 80 }] }')), { port: undefined })).toEqual({
      index: 0,
      value: { name: 'a', port: 80 },
    });
    expect(servicePort(read(service('{ ports: [{ name: a, port: 80 }] }')), { port: 81 })).toBeUndefined();
    expect(servicePort(read(service('{}')), { port: undefined })).toBeUndefined();
  });
});
