import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiObject, App, Chart, JsonPatch, Lazy, Yaml } from 'cdk8s';
import { load } from 'js-yaml';
import { WebSocketChart } from '../../lib/environments';
import { InvalidInputError } from '../../lib/input';
import { HoldfastApp } from '../../lib/synth';
import { production } from '../../stacks/production';
import { problemsOf } from '../problems';
import { tree } from './support';

let outdir: string;
beforeEach(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-'));
});
afterEach(() => {
  fs.rmSync(outdir, { recursive: true, force: true });
});

function chartWith(app: App, id: string, ...names: string[]): Chart {
  const chart = new Chart(app, id, { namespace: 'n' });
  names.forEach((name, i) => {
    new ApiObject(chart, `O${i}`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  });
  return chart;
}

test('each chart becomes a folder, each object a file', () => {
  const app = new HoldfastApp({ outdir });
  chartWith(app, 'dev', 'a', 'b');
  chartWith(app, 'prod', 'a');
  app.synth();
  expect(tree(outdir)).toEqual(['dev/10-configmap.a.yaml', 'dev/10-configmap.b.yaml', 'prod/10-configmap.a.yaml']);
  expect(Object.fromEntries(app.files())).toEqual(
    Object.fromEntries(tree(outdir).map((file) => [file, fs.readFileSync(path.join(outdir, file), 'utf8')])),
  );
});

test('the data is what cdk8s itself would write', () => {
  const stock = new App({ outdir: path.join(outdir, 'stock') });
  new WebSocketChart(stock, production);
  stock.synth();
  const app = new HoldfastApp({ outdir: path.join(outdir, 'ours') });
  new WebSocketChart(app, production);
  app.synth();
  const byName = (objects: readonly unknown[]) =>
    new Map(
      (objects as { kind: string; metadata: { name: string } }[]).map((o) => [`${o.kind}/${o.metadata.name}`, o]),
    );
  const written = tree(path.join(outdir, 'ours')).map((file) =>
    load(fs.readFileSync(path.join(outdir, 'ours', file), 'utf8')),
  );
  expect(byName(written)).toEqual(byName(Yaml.load(path.join(outdir, 'stock', 'production.k8s.yaml'))));
});

test('two runs write the same bytes', () => {
  const run = () => {
    const app = new HoldfastApp({ outdir });
    new WebSocketChart(app, production);
    return Object.fromEntries(app.files());
  };
  expect(run()).toEqual(run());
});

test('late values and patches of any field are written', () => {
  const app = new HoldfastApp({ outdir });
  const chart = new WebSocketChart(app, production);
  const patch = { sleep: { seconds: 5 } };
  chart.server.workload.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/lifecycle/preStop', patch));
  new ApiObject(chart, 'Late', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'late' },
    data: { x: Lazy.any({ produce: () => 'known' }) },
  });
  const files = app.files();
  expect(files.get('production/10-configmap.late.yaml')).toContain('x: known');
  expect(load(files.get('production/70-statefulset.coditect-combined.yaml') ?? '')).toHaveProperty(
    'spec.template.spec.containers[0].lifecycle.preStop',
    patch,
  );
});

test('what is no longer made does not stay behind', () => {
  const before = new HoldfastApp({ outdir });
  chartWith(before, 'dev', 'a', 'b');
  before.synth();
  const after = new HoldfastApp({ outdir });
  chartWith(after, 'dev', 'a');
  after.synth();
  expect(tree(outdir)).toEqual(['dev/10-configmap.a.yaml']);
  expect(fs.readdirSync(outdir)).toEqual(['dev']);
});

describe('nothing is written', () => {
  const written = () => (fs.existsSync(outdir) ? fs.readdirSync(outdir) : []);

  test('fails when two objects are one and the same', () => {
    const app = new HoldfastApp({ outdir });
    chartWith(app, 'dev', 'a');
    chartWith(app, 'prod', 'b', 'b');
    expect(() => app.synth()).toThrow('ConfigMap n/b is defined more than once');
    expect(written()).toEqual([]);
  });

  test('fails with everything that constructs find wrong', () => {
    const app = new HoldfastApp({ outdir });
    const chart = chartWith(app, 'dev', 'a');
    chart.node.addValidation({ validate: () => ['first', 'second'] });
    expect(() => app.synth()).toThrow(new InvalidInputError(['dev: first', 'dev: second']));
    expect(written()).toEqual([]);
  });

  test('fails when the folder holds what somebody else wrote', () => {
    fs.mkdirSync(path.join(outdir, 'dev'));
    fs.writeFileSync(path.join(outdir, 'dev', 'notes.md'), 'mine');
    const app = new HoldfastApp({ outdir });
    chartWith(app, 'dev', 'a');
    expect(() => app.synth()).toThrow(
      /holds notes\.md, which synthesis did not write and would delete; move them, or choose another output folder/,
    );
    expect(fs.readdirSync(path.join(outdir, 'dev'))).toEqual(['notes.md']);
    expect(written()).toEqual(['dev']);
  });

  test('fails where no folder can be made, in one sentence', () => {
    const file = path.join(outdir, 'file');
    fs.writeFileSync(file, '');
    const app = new HoldfastApp({ outdir: file });
    chartWith(app, 'dev', 'a');
    expect(() => app.synth()).toThrow(/file[/\\]dev cannot be used as an output folder: /);
    expect(written()).toEqual(['file']);
  });

  test('fails where a file has a name that the file system does not take', () => {
    const app = new HoldfastApp({ outdir });
    chartWith(app, 'dev', 'a'.repeat(253));
    expect(() => app.synth()).toThrow(/dev cannot be used as an output folder: ENAMETOOLONG: /);
    expect(written()).toEqual([]);
  });

  test.each(['.', '..'])('fails when a chart is called %s', (name) => {
    const app = new HoldfastApp({ outdir });
    chartWith(app, name, 'a');
    expect(() => app.synth()).toThrow(`a chart called "${name}" would be written beside its folder; rename it`);
    expect(written()).toEqual([]);
  });

  test('fails when two charts would share a folder', () => {
    const app = new HoldfastApp({ outdir });
    chartWith(app, 'a-b', 'x');
    const nested = chartWith(app, 'a', 'y');
    new ApiObject(new Chart(nested, 'b', {}), 'O', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'z' } });
    expect(() => app.synth()).toThrow('two charts would share the folder "a-b"; rename one');
  });
});

describe('what no manifest can hold is said with object and field, and nothing is written', () => {
  const appWith = (...values: readonly unknown[]) => {
    const app = new HoldfastApp({ outdir });
    const chart = chartWith(app, 'chat', 'fine');
    values.forEach((value, i) => {
      const metadata = { name: `mine-${i}` };
      new ApiObject(chart, `Mine${i}`, {
        apiVersion: 'example.com/v1',
        kind: 'Mine',
        metadata,
        spec: { list: [{ value }] },
      });
    });
    return app;
  };
  const circle: { self?: unknown } = {};
  circle.self = circle;

  test.each<[string, unknown, string]>([
    ['a function', function ask() {}, 'spec.list[0].value: the function ask cannot stand in a manifest; give text'],
    ['a symbol', Symbol('x'), 'spec.list[0].value: Symbol(x) cannot stand'],
    ['a bigint', 10n, 'spec.list[0].value: 10 cannot stand'],
    ['a number that is none', Number.NaN, 'spec.list[0].value: NaN cannot stand'],
    ['a number without end', Number.POSITIVE_INFINITY, 'spec.list[0].value: Infinity cannot stand'],
    ['a Date', new Date(0), 'holds an object of Date, which cannot stand'],
    ['a Map', new Map(), 'holds an object of Map, which cannot stand'],
    ['what holds itself', circle, 'holds itself'],
  ])('%s', (_name, value, sentence) => {
    const app = appWith(value);
    expect(problemsOf(() => app.synth())).toEqual([expect.stringContaining(`chat/Mine0: ${sentence}`)]);
    expect(problemsOf(() => app.files())).toHaveLength(1);
    expect(problemsOf(() => app.manifests())).toHaveLength(1);
    expect(tree(outdir)).toEqual([]);
  });

  test('all of them at once', () => {
    expect(problemsOf(() => appWith(Number.NaN, new Date(0), 10n).synth())).toHaveLength(3);
  });

  test('what says nothing is left out, as cdk8s does', () => {
    expect([...appWith(undefined).files().values()].join()).not.toContain('value');
  });
});
