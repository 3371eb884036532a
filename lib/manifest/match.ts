import type { Manifest } from './manifest';

/** Does `Kind/name` or `Kind/namespace/name`, in which `*` stands for anything, mean this object? */
export function matcherOf(pattern: string): (kind: string, namespace: string, name: string) => boolean {
  const parts = pattern
    .split('/')
    .map((part) => new RegExp(`^${part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`));
  const [first, second, third] = parts;
  return (kind, namespace, name) => {
    if (first === undefined || second === undefined || !first.test(kind)) return false;
    return third === undefined ? second.test(name) : second.test(namespace) && third.test(name);
  };
}

/** What may be said of what a workload speaks, on the command line and in a configuration. */
export const ASSUMABLE = ['websocket', 'http'] as const;

/** What somebody says of objects whose manifests do not show it. */
export interface Assumption {
  /** `Kind/name` or `Kind/namespace/name`; `*` stands for anything. */
  readonly object: string;
  /** Whether it holds long connections, or speaks plain HTTP. */
  readonly is: (typeof ASSUMABLE)[number];
  /** Where it was said, as in a finding. */
  readonly said: string;
}

/** The first assumption that means an object. */
export function assumedOf(assumptions: readonly Assumption[], object: Manifest): Assumption | undefined {
  const { namespace, name } = object.metadata;
  return assumptions.find((one) => matcherOf(one.object)(object.kind, String(namespace ?? ''), name));
}
