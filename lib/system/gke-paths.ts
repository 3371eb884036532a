import type { Bundle } from '../manifest/bundle';
import { type FieldPath, listOf, mappingOf, printPath, textOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { isGkeIngress } from './backend-config';
import type { Entrance } from './entrance';
import { controllerOf } from './entrances';
import { evidenceAt, servedEntrances } from './evidence';
import { isSocketIoPath } from './probe';

/** A path of an Ingress of GKE that does not match what it is written for. */
export interface UnmatchedPath {
  /** The entry of the rule that has it. */
  readonly at: FieldPath;
  readonly text: string;
  readonly pathType: unknown;
  /** The controller refuses it, and with it the whole Ingress. Otherwise it matches itself only. */
  readonly refused: boolean;
  /** Sessions of several requests come by it, all of them below it. */
  readonly polled: boolean;
}

interface Entry {
  readonly at: FieldPath;
  readonly text: string;
  readonly pathType: unknown;
  readonly service: string | undefined;
  /** What the controller takes as it is written. */
  readonly raw: boolean;
  /** What stands above everything that it matches; `undefined` for one that matches itself only. */
  readonly above: string | undefined;
}

/**
 * The paths of an Ingress of GKE that do not match what they are written for. One that another path of the host completes, as `/*` does for `/`, is none of them.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress#path
 */
export function unmatchedPathsOf(bundle: Bundle, ingress: Manifest): readonly UnmatchedPath[] {
  const known = bundle.once(unmatchedPaths);
  const found = known.get(ingress) ?? findUnmatched(bundle, ingress);
  known.set(ingress, found);
  return found;
}

/** Filled as they are asked for. */
function unmatchedPaths(_bundle: Bundle): Map<Manifest, readonly UnmatchedPath[]> {
  return new Map();
}

function findUnmatched(bundle: Bundle, ingress: Manifest): readonly UnmatchedPath[] {
  if (ingress.kind !== 'Ingress' || !isGkeIngress(controllerOf(bundle, ingress))) return [];
  const polled = bundle.once(polledEntries).get(ingress) ?? new Set<string>();
  const whole = serviceOf(valueAt(ingress, ['spec', 'defaultBackend']));
  return listOf(valueAt(ingress, ['spec', 'rules'])).flatMap((rule, i) => {
    const entries = listOf(valueAt(rule, ['http', 'paths'])).map((entry, j) =>
      entryAt(['spec', 'rules', i, 'http', 'paths', j], entry),
    );
    return entries.flatMap(({ at, text, pathType, raw, above, service }): readonly UnmatchedPath[] => {
      const found = { at, text, pathType, polled: polled.has(printPath(at)) };
      if (text.includes('*') && (!raw || !/^[^*]*\/\*$/.test(text))) return [{ ...found, refused: true }];
      if (above !== undefined || text === '') return [];
      // Clients of Socket.IO ask nothing but this.
      if (isSocketIoPath(text) && text.endsWith('/')) return [];
      const narrow = raw ? found.polled || text.endsWith('/') : found.polled && !isSocketIoPath(text);
      if (!narrow) return [];
      const same = entries.filter((other) => other.service === service);
      const completed = whole === service || same.some((other) => covers(other, text));
      // A page of its own beside the path by which they come, or a way that somebody else's path continues.
      const beside = found.polled
        ? same.some((other) =>
            isSocketIoPath(text) ? other.text === `${text}/` : other.above !== undefined || isSocketIoPath(other.text),
          )
        : entries.some((other) => covers(other, text));
      return completed || beside ? [] : [{ ...found, refused: false }];
    });
  });
}

function entryAt(at: FieldPath, entry: unknown): Entry {
  const { pathType, path, backend } = mappingOf(entry);
  const text = textOf(path) ?? '';
  const raw = pathType === 'ImplementationSpecific' || pathType === undefined;
  const wild = raw && text.endsWith('/*');
  const above = wild ? text.slice(0, -2) : pathType === 'Prefix' ? text.replace(/\/$/, '') : undefined;
  return { at, text, pathType, raw, above, service: serviceOf(backend) };
}

function serviceOf(backend: unknown): string | undefined {
  return textOf(valueAt(backend, ['service', 'name']));
}

/** Does a path match everything below another one? */
function covers({ above }: Entry, text: string): boolean {
  return above !== undefined && `${text.replace(/\/$/, '')}/`.startsWith(`${above}/`);
}

/** The entries by which sessions of several requests come, such as those of Socket.IO: their paths go on below. */
function polledEntries(bundle: Bundle): ReadonlyMap<Manifest, ReadonlySet<string>> {
  const found = new Map<Manifest, Set<string>>();
  for (const entrance of servedEntrances(bundle)) {
    if (!evidenceAt(bundle, entrance).sessions) continue;
    const entries = found.get(entrance.route) ?? new Set();
    found.set(entrance.route, entries.add(printPath(entryOf(entrance))));
  }
  return found;
}

/** The entry of an Ingress by which an entrance leads. */
export function entryOf({ reference }: Entrance): FieldPath {
  return reference.path.slice(0, -1);
}
