import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Problems } from '../../lib/input';
import type { Manifest } from '../../lib/manifest';
import { checkOutputs, OutputResolver } from '../../lib/pulumi/chart/output-resolver';
import { HoldfastApp } from '../../lib/synth';

function chartWith(resolver: OutputResolver): Chart {
  return new Chart(new HoldfastApp({ resolvers: [resolver] }), 'chat', { namespace: 'chat' });
}

/** What a manifest holds once everything is known. */
function known(value: unknown): Promise<unknown> {
  return new Promise((resolve) => pulumi.all([value]).apply(([result]) => resolve(result)));
}

function problemsOf(manifest: Manifest, resolver?: OutputResolver): readonly string[] {
  const problems = new Problems();
  checkOutputs(problems, manifest, resolver);
  return problems.found;
}

const configMap = (data: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace: 'chat' },
  data,
});

test('cdk8s synth alone shows one placeholder for one Output, as often as it renders', () => {
  const resolver = new OutputResolver();
  const host = pulumi.output('10.0.0.1');
  const object = new ApiObject(chartWith(resolver), 'Config', {
    ...configMap({ a: host, b: `x${resolver.text(host)}`, c: pulumi.output('other') }),
  });
  const once = object.toJson();
  expect(once.data).toEqual({ a: 'holdfast-output-1-x', b: 'xholdfast-output-1-x', c: 'holdfast-output-2-x' });
  expect(object.toJson()).toEqual(once);
});

test('Outputs come back as what they hold: text, numbers, whole objects', async () => {
  const resolver = new OutputResolver();
  const object = new ApiObject(chartWith(resolver), 'Config', {
    ...configMap({
      text: pulumi.output('a'),
      number: pulumi.output(3),
      object: pulumi.output({ b: [1] }),
      list: [pulumi.output(true)],
    }),
  });
  expect(await known(resolver.fill(object.toJson() as Manifest))).toMatchObject({
    data: { text: 'a', number: 3, object: { b: [1] }, list: [true] },
  });
});

test('Several Outputs fit into one text, the tenth as well as the first', async () => {
  const resolver = new OutputResolver();
  const parts = Array.from({ length: 11 }, (_, i) => resolver.text(pulumi.output(`v${i}`)));
  const filled = resolver.fill(configMap({ all: parts.join(',') }));
  expect(await known(filled.data)).toEqual({ all: 'v0,v1,v2,v3,v4,v5,v6,v7,v8,v9,v10' });
});

test('Outputs pass through the typed objects of cdk8s-plus', async () => {
  const resolver = new OutputResolver();
  const deployment = new k8s.KubeDeployment(chartWith(resolver), 'Workload', {
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { spec: { containers: [{ name: 'web', image: resolver.text(pulumi.output('web:1.2.3')) }] } },
    },
  });
  expect(await known(resolver.fill(deployment.toJson() as Manifest))).toMatchObject({
    spec: { template: { spec: { containers: [{ image: 'web:1.2.3' }] } } },
  });
});

test('What a text with a secret becomes is a secret', async () => {
  const resolver = new OutputResolver();
  const url = resolver.fill(configMap({ url: `redis://:${resolver.text(pulumi.secret('pass'))}@redis` })).data as {
    url: pulumi.Output<string>;
  };
  expect(await pulumi.isSecret(url.url)).toBe(true);
});

test('A manifest without Outputs is the same afterwards', () => {
  const manifest = configMap({ a: 'b', c: '' });
  expect(new OutputResolver().fill(manifest)).toEqual(manifest);
  expect(problemsOf(manifest)).toEqual([]);
});

test('Fails in cdk8s itself when the App has no resolver', () => {
  const object = new ApiObject(new Chart(new App(), 'chat'), 'Config', { ...configMap({ a: pulumi.output('b') }) });
  expect(() => object.toJson()).toThrow("can't render non-simple object");
});

test('Fails for a placeholder of a resolver that the App does not have', () => {
  expect(problemsOf(configMap({ a: new OutputResolver().text(pulumi.output('b')) }))).toEqual([
    'ConfigMap chat/web.data.a: holds an Output of a resolver that the App does not have; make it with `new HoldfastApp({ resolvers: [outputs] })`',
  ]);
});

test.each<[string, (output: pulumi.Output<string>) => string]>([
  ['a template string', (output) => `http://${output}`],
  ['JSON', (output) => JSON.stringify({ output })],
])('Fails for an Output that %s turned into text', (_what, text) => {
  expect(problemsOf(configMap({ a: text(pulumi.output('b')) }), new OutputResolver())).toEqual([
    expect.stringContaining('ConfigMap chat/web.data.a: holds an Output that was turned into text'),
  ]);
});

test('Fails for an Output that was encoded for a Secret, where nobody would see that it is none', () => {
  const resolver = new OutputResolver();
  const encoded = Buffer.from(resolver.text(pulumi.output('b'))).toString('base64');
  const secret = { ...configMap({ password: encoded, other: 'dmFsdWU=' }), kind: 'Secret' };
  expect(problemsOf(secret, resolver)).toEqual([
    'Secret chat/web.data.password: holds an Output that was encoded before it was known; put it into stringData as it is',
  ]);
});
