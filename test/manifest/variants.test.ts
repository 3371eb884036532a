import { loadTexts } from '../../lib/manifest';
import { variantsOf } from '../../lib/manifest/variants';

const object = (kind: string, name: string, namespace: string) =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\n`;

function systems(files: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return variantsOf(loadTexts(new Map(Object.entries(files))).bundle).map(({ objects }) =>
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  );
}

test('folders that share no name are one system', () => {
  expect(systems({ 'a/1.yaml': object('Service', 'a', 'x'), 'b/1.yaml': object('Ingress', 'a', 'x') })).toEqual([
    ['Service a', 'Ingress a'],
  ]);
});

test('folders with objects of one name are systems of their own, each with what they share', () => {
  expect(
    systems({
      'gke/service.yaml': object('Service', 'chat', 'x'),
      'gke/config.yaml': object('BackendConfig', 'chat', 'x'),
      'alb/service.yaml': object('Service', 'chat', 'x'),
      'common/app.yaml': object('Deployment', 'chat', 'x'),
      'other/app.yaml': object('Deployment', 'else', 'z'),
    }),
  ).toEqual([
    ['Service chat', 'BackendConfig chat', 'Deployment chat'],
    ['Service chat', 'Deployment chat'],
    ['Deployment else'],
  ]);
});

describe('samples in one folder', () => {
  const workload = (name: string) => `${object('Deployment', name, 'x')}spec: { template: {} }\n`;
  const sample = (name: string) => `${workload(name)}---\n${object('Service', name, 'x')}`;

  test('files that repeat a workload are systems of their own, and so is one beside them that has all it needs', () => {
    expect(
      systems({
        'a.yaml': sample('echo'),
        'b.yaml': sample('echo'),
        'c.yaml': sample('other'),
        'ingress.yaml': object('Ingress', 'echo', 'x'),
      }),
    ).toEqual([
      ['Deployment echo', 'Service echo', 'Ingress echo'],
      ['Deployment echo', 'Service echo', 'Ingress echo'],
      ['Deployment other', 'Service other', 'Ingress echo'],
    ]);
  });

  test('of many systems the two that have one name are parted, and the others stay together', () => {
    const found = systems({
      'a.yaml': sample('echo'),
      'b.yaml': sample('echo'),
      'c.yaml': sample('c'),
      'd.yaml': sample('d'),
      'e.yaml': sample('e'),
    });
    expect(found).toHaveLength(2);
    expect(found[0]).toEqual(['Deployment echo', 'Service echo', ...['c', 'd', 'e'].flatMap(both)]);
  });
  const both = (name: string) => [`Deployment ${name}`, `Service ${name}`];

  test('what is no workload may stand in every file: a namespace says nothing', () => {
    const namespace = object('Namespace', 'x', '');
    expect(
      systems({
        'a.yaml': `${namespace}---\n${workload('echo')}`,
        'b.yaml': `${namespace}---\n${object('Service', 'echo', 'x')}`,
      }),
    ).toHaveLength(1);
  });
});
