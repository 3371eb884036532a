import { check } from '../../../lib/rules';
import { BASES, type Base, type BaseName, Copy } from './bases';

/** In which bases something makes sense. */
export type Where = (base: Base, name: BaseName) => boolean;

/** One thing that is wrong: what is changed, and what must be said of it. */
export interface Fault {
  readonly wrong: string;
  readonly plant: (copy: Copy) => void;
  readonly code: string | ((base: Base) => string);
  /** The kind of the object that is named; `workload` and `route` for those of the base. */
  readonly kind: string;
  /** What the finding says of the cause, in its field, value or expectation. */
  readonly cause: RegExp;
  /** Where it makes sense. @default - everywhere */
  readonly on?: Where;
}

const NAMES = Object.keys(BASES) as BaseName[];

/** Every fault in every base where it makes sense. */
export function casesOf(faults: readonly Fault[]): readonly (readonly [wrong: string, base: BaseName, fault: Fault])[] {
  return faults.flatMap((fault) =>
    NAMES.filter((name) => fault.on?.(BASES[name], name) ?? true).map((name) => [fault.wrong, name, fault] as const),
  );
}

/** Plants a fault and asks for the finding that names it. */
export function expectFound(name: BaseName, { plant, code, kind, cause }: Fault): void {
  const copy = new Copy(BASES[name]);
  plant(copy);
  const wanted = typeof code === 'string' ? code : code(copy.base);
  const object = kind === 'workload' ? copy.workload : kind === 'route' ? copy.route : undefined;
  const told = check(copy.manifests).findings.map(
    (one) => `${one.code} ${one.kind} ${one.name}: ${one.path}: ${one.actual}; ${one.expected}`,
  );
  const head = `${wanted} ${object?.kind ?? kind} ${object?.metadata.name ?? ''}`;
  const found = told.filter((line) => line.startsWith(head) && cause.test(line));
  expect({ found: found.length > 0, told }).toEqual({ found: true, told });
}
