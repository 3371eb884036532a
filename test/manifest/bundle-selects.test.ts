import { Bundle } from '../../lib/manifest';

const workload = (name: string, namespace?: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  spec: { template: { metadata: { labels: { app: 'chat' } } } },
});

const names = (bundle: Bundle, namespace: string) =>
  bundle.selectedBy(namespace, { app: 'chat' }).map(({ metadata }) => metadata.name);

test('a selector finds the pods of its own namespace, where every workload has one', () => {
  const bundle = new Bundle([workload('a', 'one'), workload('b', 'two'), workload('c', 'one')]);
  expect(names(bundle, 'one')).toEqual(['a', 'c']);
  expect(names(bundle, 'three')).toEqual([]);
  expect(names(bundle, '')).toEqual(['a', 'b', 'c']);
});

test('a workload without a namespace belongs to any, in the order of the files', () => {
  const bundle = new Bundle([workload('a', 'one'), workload('b'), workload('c', 'two'), workload('d', 'one')]);
  expect(names(bundle, 'one')).toEqual(['a', 'b', 'd']);
  expect(names(bundle, 'three')).toEqual(['b']);
});
