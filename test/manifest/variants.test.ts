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
