import { companies } from './company';
import { textOf, valueAt, wordsOf } from './field';
import type { Manifest } from './manifest';
import type { Assumption } from './match';

/** Where an object was read. */
export interface Origin {
  /** As it was given, or `<stdin>`. */
  readonly file: string;
  /** Line of the file on which the document starts, counted from 1. */
  readonly line: number;
  /** Which of the documents of the file, counted from 0. */
  readonly document: number;
  /** Position in a `List`; `undefined` for an object that is a document of its own. */
  readonly item?: number;
}

/** Objects that a kustomization changes before they are applied. */
export interface Patched {
  /** @default - of every kind */
  readonly kind: string | undefined;
  /** An expression for the whole name. @default - of every name */
  readonly name: string | undefined;
}

/** What is known of a {@link Bundle} besides its objects. */
export interface BundleOptions {
  /** @default [] */
  readonly assumptions?: readonly Assumption[];
  /** @default false */
  readonly incomplete?: boolean;
  /** @default [] */
  readonly beside?: readonly Manifest[];
  /** @default [] */
  readonly patched?: readonly Patched[];
}

/**
 * A set of objects that never changes, with the questions that whoever judges them asks. Deeply frozen: what a rule does by mistake fails in the rule
 * and not in the next one.
 */
export class Bundle {
  readonly objects: readonly Manifest[];
  /** What somebody says of objects besides. */
  readonly assumptions: readonly Assumption[];
  /** Something could not be read: what is not found here may be there. */
  readonly incomplete: boolean;
  /** What lies beside these objects and is no part of their system: what is found there is not missing. */
  readonly beside: readonly Manifest[];
  /** What kustomizations among what was read change of these objects. */
  readonly patched: readonly Patched[];
  private readonly origins: ReadonlyMap<Manifest, Origin>;
  private readonly byKind = new Map<string, Manifest[]>();
  private readonly byName = new Map<string, Manifest>();
  private readonly byBareName = new Map<string, Manifest[]>();
  private readonly podsByLabel = new Map<string, Manifest[]>();
  private readonly podsAtHome = new Map<string, Manifest[]>();
  private readonly notes = new Map<unknown, unknown>();
  private companies: ReadonlyMap<Manifest, readonly Manifest[]> | undefined;

  constructor(
    objects: readonly Manifest[],
    origins: ReadonlyMap<Manifest, Origin> = new Map(),
    { assumptions = [], incomplete = false, beside = [], patched = [] }: BundleOptions = {},
  ) {
    this.assumptions = assumptions;
    this.incomplete = incomplete;
    this.beside = beside;
    this.patched = patched;
    this.objects = Object.freeze(objects.map(freeze));
    this.origins = origins;
    for (const object of this.objects) {
      add(this.byKind, object.kind, object);
      const name = key(object.kind, namespaceOf(object), object.metadata.name);
      if (!this.byName.has(name)) this.byName.set(name, object);
      add(this.byBareName, key(object.kind, object.metadata.name), object);
      const labels = valueAt(object, ['spec', 'template', 'metadata', 'labels']);
      for (const [label, value] of Object.entries((labels ?? {}) as object)) {
        add(this.podsByLabel, key(label, wordsOf(value)), object);
        add(this.podsAtHome, key(namespaceOf(object), label, wordsOf(value)), object);
      }
    }
  }

  /** Every object of these kinds, in the order of the kinds and then of the files. */
  ofKind(...kinds: readonly string[]): readonly Manifest[] {
    const [first, ...others] = kinds;
    if (first === undefined) return [];
    const found = this.byKind.get(first) ?? [];
    return others.length === 0 ? found : [...found, ...others.flatMap((kind) => this.byKind.get(kind) ?? [])];
  }

  /** The object of this kind and name. One that names no namespace is taken for one of any: it gets its namespace when it is applied. */
  find(kind: string, namespace: string, name: string): Manifest | undefined {
    const found = this.byName.get(key(kind, namespace, name)) ?? this.byName.get(key(kind, '', name));
    if (found !== undefined || namespace !== '') return found;
    // Who asks names no namespace: it gets the one of what it belongs to, where only one can be meant.
    const [only, ...others] = this.byBareName.get(key(kind, name)) ?? [];
    return others.length === 0 ? only : undefined;
  }

  /** Workloads of `namespace` whose pods carry all of `labels`; none for an empty selector. */
  selectedBy(namespace: string, labels: Readonly<Record<string, unknown>>): readonly Manifest[] {
    const [first, ...rest] = Object.entries(labels);
    if (first === undefined) return [];
    const label = [first[0], wordsOf(first[1])] as const;
    const anywhere = this.podsByLabel.get(key(...label)) ?? [];
    // One chart in a hundred namespaces carries one label a hundred times: where every one of them is written, only its own is looked at.
    const candidates =
      namespace === '' || this.podsAtHome.has(key('', ...label))
        ? anywhere
        : (this.podsAtHome.get(key(namespace, ...label)) ?? []);
    return candidates.filter((workload) => {
      const home = namespaceOf(workload);
      // One of the two is applied into the namespace of the other.
      if (home !== namespace && home !== '' && namespace !== '') return false;
      const own = valueAt(workload, ['spec', 'template', 'metadata', 'labels']);
      return rest.every(([label, value]) => valueAt(own, [label]) === value);
    });
  }

  /** May an object have other fields when it is applied than it has here? */
  isPatched({ kind, metadata }: Manifest): boolean {
    return this.patched.some(
      (one) =>
        (one.kind === undefined || one.kind === kind) && (one.name === undefined || isWhole(one.name, metadata.name)),
    );
  }

  /** Where `object` was read; `undefined` for one that was made in memory. */
  originOf(object: Manifest): Origin | undefined {
    return this.origins.get(object);
  }

  /** What was installed together with `object`, itself included. */
  companyOf(object: Manifest): readonly Manifest[] {
    this.companies ??= companies([...this.byKind.values()].flat(), (one) => this.origins.get(one));
    return this.companies.get(object) ?? [];
  }

  /** Some of these objects as a set of their own. */
  of(objects: readonly Manifest[], beside = this.beside): Bundle {
    return this.with({ beside }, objects);
  }

  /** The same objects, of which somebody says more. */
  assuming(assumptions: readonly Assumption[]): Bundle {
    return assumptions.length === 0 ? this : this.with({ assumptions });
  }

  private with(more: BundleOptions, objects = this.objects): Bundle {
    const { assumptions, incomplete, beside, patched } = this;
    return new Bundle(objects, this.origins, { assumptions, incomplete, beside, patched, ...more });
  }

  /** The result of `derive`, computed once for this bundle. */
  once<T>(derive: (bundle: Bundle) => T): T {
    if (!this.notes.has(derive)) this.notes.set(derive, derive(this));
    return this.notes.get(derive) as T;
  }
}

/** The namespace of an object; empty where none is written. */
export function namespaceOf(object: Manifest): string {
  return textOf(object.metadata.namespace) ?? '';
}

/** Is this the whole of a name, where it is an expression? */
function isWhole(expression: string, name: string): boolean {
  try {
    return new RegExp(`^(?:${expression})$`).test(name);
  } catch {
    return expression === name;
  }
}

function key(...parts: readonly string[]): string {
  return parts.join('\u0000');
}

function add(index: Map<string, Manifest[]>, at: string, object: Manifest): void {
  const list = index.get(at);
  if (list === undefined) index.set(at, [object]);
  else list.push(object);
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}
