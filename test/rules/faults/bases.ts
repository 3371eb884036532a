import * as fs from 'node:fs';
import * as path from 'node:path';
import { type FieldPath, loadTexts, type Manifest, valueAt } from '../../../lib/manifest';
import { SYSTEMS } from '../production';

/**
 * One healthy system, of which a fault changes a copy. A new kind of entrance is a section of `doors.yaml`, and an entry in `BASES`. What a section has under the name of an object of `chat.yaml`
 * takes its place.
 */
export interface Base {
  readonly manifests: readonly Manifest[];
  /** Whose balancer it is. */
  readonly cloud: 'google' | 'aws' | 'none';
  /** Ours: a StatefulSet that carries its timing. */
  readonly own: boolean;
}

const read = (file: string) => fs.readFileSync(path.join(__dirname, file), 'utf8');

function objectsOf(text: string): readonly Manifest[] {
  const { bundle, problems } = loadTexts(new Map([['base.yaml', text]]));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return bundle.objects;
}

const CHAT = objectsOf(read('chat.yaml'));

function behind(door: string, cloud: Base['cloud'], annotations: Readonly<Record<string, string>> = {}): Base {
  const sections = read('doors.yaml')
    .split('\n---\n')
    .filter((section) => section.startsWith(`# ${door}\n`));
  const entrance = objectsOf(sections.join('\n---\n'));
  const replaced = (one: Manifest) =>
    entrance.some(({ kind, metadata }) => kind === one.kind && metadata.name === one.metadata.name);
  const manifests = structuredClone([...CHAT.filter((one) => !replaced(one)), ...entrance]) as Manifest[];
  for (const { kind, metadata } of manifests) {
    if (kind === 'Service' && metadata.name === 'chat') Object.assign(metadata.annotations ?? {}, annotations);
  }
  return { manifests, cloud, own: false };
}

export const BASES = {
  'own GKE': { manifests: SYSTEMS.gke, cloud: 'google', own: true },
  'foreign GKE': behind('gke', 'google', {
    'cloud.google.com/neg': '{"ingress": true}',
    'cloud.google.com/backend-config': '{"default": "chat"}',
  }),
  Gateway: behind('gateway', 'google'),
  ALB: behind('alb', 'aws'),
  'ingress-nginx': behind('ingress-nginx', 'none'),
  HAProxy: behind('haproxy', 'none', {
    'haproxy.org/cookie-persistence': 'affinity',
    'haproxy.org/backend-config-snippet': 'timeout tunnel 120s',
  }),
  NLB: behind('nlb', 'aws'),
  Istio: behind('istio', 'none'),
} as const satisfies Readonly<Record<string, Base>>;

export type BaseName = keyof typeof BASES;

/** A copy of a base, with hands for changing it. */
export class Copy {
  readonly manifests: Manifest[];

  constructor(readonly base: Base) {
    this.manifests = structuredClone(base.manifests) as Manifest[];
  }

  /** The object of a kind that the system is about: of several Services the one of the route, of several ConfigMaps the one of nginx. */
  of(kind: string): Manifest {
    const all = this.manifests.filter((one) => one.kind === kind);
    const found = all.find(({ metadata }) => kind !== 'Service' || !metadata.name.includes('headless')) ?? all[0];
    const exact =
      kind === 'ConfigMap'
        ? all.find(({ metadata }) => metadata.name.endsWith('-nginx'))
        : kind === 'NetworkPolicy'
          ? all.find(({ metadata }) => metadata.name === this.workload.metadata.name)
          : undefined;
    const object = exact ?? found;
    if (object === undefined) throw new Error(`there is no ${kind}`);
    return object;
  }

  get workload(): Manifest {
    return this.of(this.base.own ? 'StatefulSet' : 'Deployment');
  }

  get route(): Manifest {
    const own = this.manifests.find(({ kind }) => kind === 'HTTPRoute' || kind === 'VirtualService');
    const balancer = this.manifests.find(({ spec }) => valueAt({ spec }, ['spec', 'type']) === 'LoadBalancer');
    return own ?? balancer ?? this.of('Ingress');
  }

  get service(): string {
    return this.of('Service').metadata.name;
  }

  set(object: Manifest, at: FieldPath, value: unknown): void {
    let parent = object as unknown as Record<string | number, unknown>;
    for (const part of at.slice(0, -1)) {
      parent[part] ??= {};
      parent = parent[part] as Record<string | number, unknown>;
    }
    const last = at.at(-1) as string;
    if (JSON.stringify(parent[last]) === JSON.stringify(value))
      throw new Error(`${at.join('.')} is ${String(value)} already`);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }

  /** A field of a container: that of the application, or that of nginx. */
  inContainer(which: 'app' | 'nginx', at: FieldPath, value: unknown): void {
    this.set(
      this.workload,
      ['spec', 'template', 'spec', which === 'app' ? 'containers' : 'initContainers', 0, ...at],
      value,
    );
  }

  inPod(at: FieldPath, value: unknown): void {
    this.set(this.workload, ['spec', 'template', 'spec', ...at], value);
  }

  annotate(object: Manifest, name: string, value: string | undefined): void {
    this.set(object, ['metadata', 'annotations', name], value);
  }

  /** Something else in the configuration of nginx. */
  conf(from: string | RegExp, to: string): void {
    const map = this.of('ConfigMap');
    const text = String(valueAt(map, ['data', 'nginx.conf']));
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${String(from)} is not in the configuration`);
    this.set(map, ['data', 'nginx.conf'], changed);
  }

  remove(kind: string): void {
    const gone = this.of(kind);
    this.manifests.splice(this.manifests.indexOf(gone), 1);
  }

  add(object: Omit<Manifest, 'metadata'>, name: string): void {
    const { namespace } = this.workload.metadata;
    this.manifests.push({ ...object, metadata: { name, namespace } } as Manifest);
  }
}
