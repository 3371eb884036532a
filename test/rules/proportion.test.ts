import * as fs from 'node:fs';
import * as path from 'node:path';
import { Bundle, loadTexts, type Manifest } from '../../lib/manifest';
import { RULES } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import { sentencesOf } from '../../lib/system';

/** A bundle that counts the objects it hands out. */
class CountingBundle extends Bundle {
  handed = 0;

  override ofKind(...kinds: readonly string[]): readonly Manifest[] {
    const found = super.ofKind(...kinds);
    this.handed += found.length;
    return found;
  }
}

const FOLDER = path.join(__dirname, 'entrances');
const SERVER = fs.readFileSync(path.join(FOLDER, 'server.yaml'), 'utf8');
const HAPROXY = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: chat, namespace: live }
spec:
  ingressClassName: haproxy
  rules:
    - http: { paths: [{ path: /socket.io/, pathType: Prefix, backend: { service: { name: chat, port: { number: 80 } } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: chat, namespace: live }
spec: { selector: { app: chat }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: live }
data: { level: info }
`;
const SHAPES: readonly (readonly [shape: string, text: string])[] = [
  ['haproxy', HAPROXY],
  ...fs
    .readdirSync(FOLDER)
    .filter((file) => file !== 'server.yaml')
    .map((file) => [file, fs.readFileSync(path.join(FOLDER, file), 'utf8')] as const),
];

/** How many objects are looked at in a tree of one system in each of so many namespaces. */
function looks(system: string, namespaces: number): number {
  const texts = Array.from(
    { length: namespaces },
    (_, i) => [`${i}.yaml`, system.replaceAll('namespace: live', `namespace: team-${i}`)] as const,
  );
  const { bundle } = loadTexts(new Map(texts));
  const counting = new CountingBundle(bundle.objects);
  evaluate(counting, RULES);
  sentencesOf(counting);
  return counting.handed;
}

test.each(SHAPES)(
  'twice as many systems behind %s are twice as much work: nothing is searched for each object',
  (_shape, text) => {
    const system = `${text}---\n${SERVER}`;
    const ratio = looks(system, 40) / looks(system, 20);
    expect(ratio).toBeGreaterThan(1.9);
    expect(ratio).toBeLessThan(2.2);
  },
);
