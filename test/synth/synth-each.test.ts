import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Chart } from 'cdk8s';
import { WebSocketChart } from '../../lib/environments';
import { HoldfastApp } from '../../lib/synth';
import { dev } from '../../stacks/dev';
import { ENVIRONMENTS } from '../../stacks/environments';
import { production } from '../../stacks/production';
import { staging } from '../../stacks/staging';

let outdir: string;
beforeEach(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-'));
});
afterEach(() => {
  fs.rmSync(outdir, { recursive: true, force: true });
});

function written(): Readonly<Record<string, string>> {
  const files = fs.readdirSync(outdir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((file) => [path.relative(outdir, file), fs.readFileSync(file, 'utf8')]));
}

test('writes what one tree writes, with the charts that were there before', () => {
  const whole = new HoldfastApp({ outdir });
  for (const environment of ENVIRONMENTS) new WebSocketChart(whole, environment);
  const app = new HoldfastApp({ outdir });
  new WebSocketChart(app, dev);
  app.synthEach([staging, production], (environment) => new WebSocketChart(app, environment));
  expect(written()).toEqual(Object.fromEntries(whole.files()));
});

test('holds one chart at a time', () => {
  const app = new HoldfastApp({ outdir });
  const held: number[] = [];
  app.synthEach(ENVIRONMENTS, (environment) => {
    held.push(app.node.children.length);
    return new WebSocketChart(app, environment);
  });
  expect(held).toEqual([0, 0, 0]);
});

describe('everything stays as it was', () => {
  function rewrite(make: (app: HoldfastApp) => void): () => void {
    const before = new HoldfastApp({ outdir });
    new WebSocketChart(before, dev);
    before.synth();
    return () => make(new HoldfastApp({ outdir }));
  }

  test('when a later chart cannot be made', () => {
    const run = rewrite((app) =>
      app.synthEach([staging, { ...dev, namespace: 'Bad' }], (environment) => new WebSocketChart(app, environment)),
    );
    const before = written();
    expect(run).toThrow('dev.namespace: "Bad" is not a DNS label');
    expect(written()).toEqual(before);
    expect(fs.readdirSync(outdir)).toEqual(['dev']);
  });

  test('when a later chart is not valid', () => {
    const run = rewrite((app) =>
      app.synthEach([staging, dev], (environment) => {
        const chart = new WebSocketChart(app, environment);
        if (environment === dev) chart.node.addValidation({ validate: () => ['late'] });
        return chart;
      }),
    );
    const before = written();
    expect(run).toThrow('dev: late');
    expect(written()).toEqual(before);
    expect(fs.readdirSync(outdir)).toEqual(['dev']);
  });

  test('when two charts would share a folder, though the first is gone from memory', () => {
    const run = rewrite((app) => app.synthEach([dev, dev], (environment) => new WebSocketChart(app, environment)));
    const before = written();
    expect(run).toThrow('two charts would share the folder "dev"; rename one');
    expect(written()).toEqual(before);
  });
});

test('an empty chart is no reason to stop', () => {
  const app = new HoldfastApp({ outdir });
  app.synthEach(['a', 'b'], (name) => new Chart(app, name));
  expect(written()).toEqual({});
});
