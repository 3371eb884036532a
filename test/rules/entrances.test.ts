import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadTexts } from '../../lib/manifest';
import { checkLoaded } from '../../lib/rules';
import { controllerOf, routesOf } from '../../lib/system';
import { FAULTS, type Shape } from './entrance-faults';

const FOLDER = path.join(__dirname, 'entrances');
const textOf = (name: string) => fs.readFileSync(path.join(FOLDER, `${name}.yaml`), 'utf8');
const SERVER = textOf('server');

const SHAPES = Object.keys(FAULTS) as readonly Shape[];
/** Where clients are bound to a pod in other objects only. */
const UNBOUND: Readonly<Partial<Record<Shape, readonly string[]>>> = {
  'contour-ingress': ['WS226 warning Ingress/chat spec'],
  'traefik-route': ['WS226 warning HTTPRoute/chat spec.rules[0].backendRefs[0]'],
};
const PASSED_ON = (named: string, text: string) =>
  named.startsWith('TLS passed on') ? text.replace('termination: edge', 'termination: passthrough') : text;

function told(text: string): readonly string[] {
  const loaded = loadTexts(new Map([['system.yaml', text]]));
  expect(loaded.problems).toEqual([]);
  return checkLoaded(loaded).findings.map(
    ({ code, level, kind, name, path: at }) => `${code} ${level} ${kind}/${name} ${at}`,
  );
}

describe.each(SHAPES)('%s', (shape) => {
  const base = `${textOf(shape)}---\n${SERVER}`;

  test('is taken by its controller, every route of it', () => {
    const { bundle } = loadTexts(new Map([['system.yaml', base]]));
    const kind = shape.replace(/-(ingress|tls|override|route)$|(?<=istio)-gateway$/, '');
    expect(routesOf(bundle).map((route) => controllerOf(bundle, route))).toEqual([kind]);
  });

  test('is told nothing where all is well', () => {
    expect(told(base)).toEqual(UNBOUND[shape] ?? []);
  });

  test.each(FAULTS[shape])('%s', (named, from, to, found) => {
    expect(base.split(from)).toHaveLength(2);
    expect(told(PASSED_ON(named, base.replace(from, to)))).toContain(found);
  });

  test('a plain web server behind it is told nothing, whatever the proxy waits for', () => {
    const faulty = FAULTS[shape]
      // Whoever writes an affinity says that there are sessions.
      .filter(([, , to]) => !/affinity: cookie/.test(to))
      .reduce((text, [, from, to]) => text.replace(from, to), base);
    const plain = faulty
      .replace(/ +env:\n( +- \{ name: SOCKET.*\n)+/, '')
      .replace(/ +lifecycle:.*\n/, '')
      .replace(/ +(projectcontour.io\/websocket-routes|enableWebsockets): .*\n/, '')
      .replaceAll('/socket.io/', '/shop/');
    const about = told(plain).filter((one) => /^WS(1\d\d|226|248)/.test(one));
    // What the platform refuses it refuses for everybody.
    expect(about.filter((one) => !one.startsWith('WS112'))).toEqual([]);
  });
});
