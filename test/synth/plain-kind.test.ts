import * as fs from 'node:fs';
import { toPlain } from '../../lib/synth/plain-kind';

/** Everything that is made of typed properties here. */
const ROOTS = [
  ...['ConfigMap', 'HorizontalPodAutoscalerV2', 'Ingress', 'Namespace', 'NetworkPolicy', 'PersistentVolumeClaim'],
  ...['PodDisruptionBudget', 'Service', 'ServiceAccount'],
].map((kind) => `Kube${kind}Props`);
const PARTS = ['Container', 'PersistentVolumeClaimSpec', 'PodSpec', 'SecurityContext'];

interface Field {
  readonly typed: string;
  readonly spelled: string;
  /** The type of the value, where it is a structure or a list of them. */
  readonly type: string | undefined;
  /** Whether its keys are names that somebody chose. */
  readonly named: boolean;
}

/** The fields of each type, read from the code of cdk8s-plus that converts it. */
const code = fs.readFileSync(require.resolve('cdk8s-plus-28/lib/imports/k8s'), 'utf8');
const fieldsOf = new Map<string, readonly Field[]>(
  [...code.matchAll(/^function toJson_(\w+)\(obj\) \{\n([\s\S]*?)\n\}/gm)].map(([, type, body]) => [
    type as string,
    [...(body as string).matchAll(/^ {8}'([^']+)': (.*?obj\.(\w+).*),$/gm)].map(([, spelled, value, typed]) => ({
      typed: typed as string,
      spelled: spelled as string,
      type: /toJson_(\w+)\(/.exec(value as string)?.[1],
      named: (value as string).includes('Object.entries(obj.'),
    })),
  ]),
);

function reachable(roots: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (type: string) => {
    if (found.has(type)) return;
    found.add(type);
    for (const field of fieldsOf.get(type) ?? []) if (field.type !== undefined) visit(field.type);
  };
  roots.forEach(visit);
  return found;
}

const types = [...reachable([...ROOTS, ...PARTS])].filter((type) => fieldsOf.has(type));

test('the code of cdk8s-plus was read', () => {
  expect(types.length).toBeGreaterThan(100);
  for (const root of [...ROOTS, ...PARTS]) expect(types).toContain(root);
});

test.each(types)('every field of %s is spelled as cdk8s-plus spells it', (type) => {
  for (const field of fieldsOf.get(type) ?? []) {
    expect(toPlain({ [field.typed]: 1 })).toEqual({ [field.spelled]: 1 });
    if (field.named)
      expect(toPlain({ [field.typed]: { clusterIp: 1 } })).toEqual({ [field.spelled]: { clusterIp: 1 } });
    for (const inner of fieldsOf.get(field.type ?? '') ?? []) {
      expect(toPlain({ [field.typed]: { [inner.typed]: 1 } })).toEqual({ [field.spelled]: { [inner.spelled]: 1 } });
    }
  }
});
