import fc from 'fast-check';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { applyOrderOf, fileNames, identityOf, type Manifest, toYaml } from '../../lib/manifest';

function object(kind: string, name: string, rest: Partial<Manifest['metadata']> = {}, apiVersion = 'v1'): Manifest {
  return { apiVersion, kind, metadata: { name, ...rest } };
}

describe('identity', () => {
  test.each([
    [object('Namespace', 'a'), 'Namespace a'],
    [object('Service', 'a', { namespace: 'n' }), 'Service n/a'],
    [object('StatefulSet', 'a', { namespace: 'n' }, 'apps/v1'), 'apps/StatefulSet n/a'],
  ])('is group, kind, namespace and name (case %#)', (manifest, identity) => {
    expect(identityOf(manifest)).toBe(identity);
  });
});

describe('apply order', () => {
  test('a namespace comes first, what others refer to before them, Services and Ingresses before pods', () => {
    const kinds = [
      'Namespace',
      'ConfigMap',
      'NetworkPolicy',
      'BackendConfig',
      'Service',
      'Ingress',
      'StatefulSet',
      'HorizontalPodAutoscaler',
    ];
    const order = kinds.map((kind) => applyOrderOf(object(kind, 'a')));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(kinds.length);
  });

  test('a kind that nobody knows comes before the pods', () => {
    expect(applyOrderOf(object('Widget', 'a'))).toBeLessThan(applyOrderOf(object('Deployment', 'a')));
  });
});

describe('file names', () => {
  test('say order, kind and name', () => {
    expect(fileNames([object('Service', 'web')])).toEqual(['40-service.web.yaml']);
  });

  test('name the namespace where one name stands in two', () => {
    expect(
      fileNames([object('Service', 'web', { namespace: 'a' }), object('Service', 'web', { namespace: 'b' })]),
    ).toEqual(['40-service.web@a.yaml', '40-service.web@b.yaml']);
  });

  test('name the group where two have a kind of one name', () => {
    expect(
      fileNames([
        object('Ingress', 'web', {}, 'networking.k8s.io/v1'),
        object('Ingress', 'web', {}, 'extensions/v1beta1'),
      ]),
    ).toEqual(['50-ingress.web@cluster@networking.k8s.io.yaml', '50-ingress.web@cluster@extensions.yaml']);
  });

  test('hold no character that a file system refuses', () => {
    expect(fileNames([object('ClusterRole', 'system:web/reader')])).toEqual([
      '11-clusterrole.system%3Aweb%2Freader.yaml',
    ]);
  });

  test('are never shared, whatever the objects', () => {
    const word = fc.constantFrom('a', 'b', 'a.b', 'a:b', 'a_b');
    const any = fc.record({
      kind: fc.constantFrom('Service', 'Ingress'),
      name: word,
      namespace: word,
      group: fc.constantFrom('v1', 'x/v1', 'y/v1'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(any, { selector: (o) => JSON.stringify(o) }), (objects) => {
        const manifests = objects.map((o) => object(o.kind, o.name, { namespace: o.namespace }, o.group));
        expect(new Set(fileNames(manifests)).size).toBe(manifests.length);
      }),
    );
  });

  test('fails when one object is defined twice, instead of losing one', () => {
    const web = object('Service', 'web', { namespace: 'n' });
    expect(() => fileNames([web, object('ConfigMap', 'web'), web])).toThrow(
      'Service n/web is defined more than once; one of them would silently replace the other: rename or remove one',
    );
  });
});

describe('YAML', () => {
  test.each([
    'yes',
    'no',
    'on',
    'off',
    'y',
    'n',
    '1_000',
    '0o7',
    '0777',
    '1:30',
    '1e3',
    '~',
    'null',
    '',
    ' x',
    '#x',
    '2001-01-01',
    '=',
  ])('the string %j stays a string for readers of YAML 1.1 and of 1.2', (text) => {
    const yaml = toYaml({ ...object('ConfigMap', 'a'), data: { key: text } });
    expect(load(yaml)).toHaveProperty('data.key', text);
    expect(load(yaml, { schema: YAML11_SCHEMA })).toHaveProperty('data.key', text);
  });

  test('every tree of plain data survives both kinds of reader', () => {
    const key = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__' && text !== '<<');
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'grapheme' }),
        fc.integer(),
        fc.boolean(),
        fc.array(tie('node')),
        fc.dictionary(key, tie('node'), { noNullPrototype: true }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (data) => {
        const yaml = toYaml({ ...object('ConfigMap', 'a'), data });
        expect(load(yaml)).toHaveProperty('data', data);
        expect(load(yaml, { schema: YAML11_SCHEMA })).toHaveProperty('data', data);
      }),
    );
  });

  test('a configuration file is printed as it reads, and repeated parts are written out', () => {
    const labels = { app: 'a' };
    expect(
      toYaml({ ...object('ConfigMap', 'a', { labels }), selector: labels, data: { 'nginx.conf': 'events {\n}\n' } }),
    ).toBe(
      [
        'apiVersion: v1',
        'kind: ConfigMap',
        'metadata:',
        '  name: a',
        '  labels:',
        '    app: a',
        'selector:',
        '  app: a',
        'data:',
        '  nginx.conf: |',
        '    events {',
        '    }',
        '',
      ].join('\n'),
    );
  });
});
