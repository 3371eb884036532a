import { ApiObject, App, Chart } from 'cdk8s';
import type { Manifest } from '../../lib/manifest';
import { check, HoldfastValidation } from '../../lib/rules';
import '../../lib/rules/jest';
import { WebSocketChart } from '../../lib/environments';
import { HoldfastPlugin } from '../../lib/rules/plugin';
import { HoldfastApp } from '../../lib/synth';
import { production } from '../../stacks/production';
import { problemsOf } from '../problems';
import { SYSTEMS } from './production';

const WRONG = {
  apiVersion: 'cloud.google.com/v1',
  kind: 'BackendConfig',
  metadata: { name: 'chat' },
  spec: { healthCheck: { type: 'TCP' } },
};

function chartWith(object: typeof WRONG): Chart {
  const chart = new Chart(new App(), 'chart');
  new ApiObject(chart, 'object', object);
  return chart;
}

describe('the function', () => {
  test('takes objects', () => {
    expect(check([WRONG]).findings.map(({ code, path }) => `${code} ${path}`)).toEqual(['WS218 spec.healthCheck.type']);
  });

  test('takes text, and fails where it cannot be read', () => {
    expect(check(JSON.stringify(WRONG)).ok).toBe(false);
    expect(() => check('a: [')).toThrow(/not readable as YAML/);
  });
});

describe('options that are none are refused by every door, for a level that is none would let everything pass', () => {
  test.each<[given: object, sentence: string]>([
    [
      { failOn: 'errors' },
      'failOn: "errors" cannot be used here; give one of "error", "warning", "info", or leave it out',
    ],
    [{ failon: 'error' }, 'failon: is not read by anything here; did you mean "failOn"?'],
    [{ failOn: null }, 'failOn: null cannot be used here'],
    [
      { levels: { WS218: 'of' } },
      'levels.WS218: "of" cannot be used here; give one of "error", "warning", "info", or "off"',
    ],
    [{ levels: { WS777: 'off' } }, 'levels: "WS777" is no rule'],
    [{ levels: 'off' }, 'levels: "off" cannot be used here'],
    [{ suppressions: ['WS218'] }, 'suppressions[0]: "WS218" cannot be used here; give an object with code, object'],
    [{ baseline: 'known.json' }, 'baseline: "known.json" cannot be used here; give a Set'],
    [{ assume: 'websocket' }, 'assume: "websocket" cannot be used here; give a list'],
    [{ assume: [{ object: '*/*', is: 'tcp', said: 'x' }] }, 'assume[0]: '],
    [{ rules: 'all' }, 'rules: "all" cannot be used here; give a list of rules'],
  ])('%j', (given, sentence) => {
    const app = App.of(chartWith(WRONG));
    const said = [expect.stringContaining(sentence)];
    expect(problemsOf(() => check([WRONG], given))).toEqual(said);
    expect(problemsOf(() => expect([WRONG]).toHoldFast(given))).toEqual(said);
    expect(problemsOf(() => new HoldfastValidation(app, given).validate())).toEqual(said);
  });

  test.each<[given: object, sentence: string]>([
    [{ failOn: 'errors' }, 'properties.failOn: "errors" cannot be used here'],
    [{ failon: 'error' }, 'properties.failon: is not read by anything here; did you mean "failOn"?'],
    [{ config: true }, 'properties.config: true cannot be used here'],
  ])('in cdk8s.yaml: %j', (given, sentence) => {
    expect(problemsOf(() => new HoldfastPlugin(given))).toEqual([expect.stringContaining(sentence)]);
  });
});

describe('at synth', () => {
  test('fails the synthesis of any app with the code, the field and the change', () => {
    const chart = chartWith(WRONG);
    const app = App.of(chart);
    app.node.addValidation(new HoldfastValidation(app));
    expect(() => app.synth()).toThrow(
      /WS218 cloud\.google\.com\/BackendConfig chat .*spec\.healthCheck\.type: "TCP"; expected one of HTTP/,
    );
  });

  test('lets a healthy app through', () => {
    const app = new HoldfastApp({ outdir: 'unused' });
    new WebSocketChart(app, production);
    app.node.addValidation(new HoldfastValidation(app));
    expect(app.manifests().size).toBe(1);
  });

  test('stops at warnings only when it is told to', () => {
    const object = {
      ...WRONG,
      metadata: { name: 'chat', annotations: { 'holdfast/ignore-WS998': 'no such rule' } },
      spec: { healthCheck: { type: 'HTTP' } },
    };
    const app = App.of(chartWith(object));
    expect(new HoldfastValidation(app).validate()).toEqual([]);
    expect(new HoldfastValidation(app, { failOn: 'warning' }).validate()).toEqual([expect.stringMatching(/^WS002 /)]);
  });
});

describe('the matcher', () => {
  test('takes a chart, an app, objects and text', () => {
    const app = new HoldfastApp({ outdir: 'unused' });
    const chart = new WebSocketChart(app, production);
    expect(chart).toHoldFast();
    expect(app).toHoldFast();
    expect(SYSTEMS.gke).toHoldFast();
    expect(JSON.stringify(WRONG)).not.toHoldFast();
    expect(chartWith(WRONG)).not.toHoldFast();
  });

  test('fails with the report, the line included', () => {
    expect(() => expect([WRONG] as Manifest[]).toHoldFast()).toThrow(/× WS218[\s\S]*type: TCP\n {6}\| +\^/);
  });

  test.each<[string | readonly Manifest[]]>([[''], ['chat'], ['# nothing'], [[]]])(
    'refuses %j, in which there is nothing that could be wrong',
    (nothing) => {
      expect(problemsOf(() => expect(nothing).toHoldFast())).toEqual([
        expect.stringContaining('holds no Kubernetes object'),
      ]);
    },
  );

  test('takes the options of the function', () => {
    expect([WRONG] as Manifest[]).toHoldFast({ levels: { WS218: 'off' } });
  });
});
