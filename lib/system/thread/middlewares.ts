import { annotationOf } from '../../manifest/annotation';
import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { type FieldPath, listOf, mappingOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { BackendReference } from '../route';

/** A path that a middleware of Traefik changes. */
export interface Changed {
  /** Where the middleware is named. */
  readonly at: FieldPath;
  readonly arrives: string;
}

const ROUTER = 'traefik.ingress.kubernetes.io/router.middlewares';

/** How deep chains of chains are followed. */
const DEEPEST = 5;

/**
 * What the middlewares that a route names make of a path; `undefined` where none changes it, or one that does is not among these objects or cannot be followed.
 *
 * @see https://doc.traefik.io/traefik/middlewares/http/overview/
 */
export function changedByMiddlewares(bundle: Bundle, reference: BackendReference, asked: string): Changed | undefined {
  const { at, named } = middlewaresOf(bundle, reference);
  const all = named.flatMap((one) => chained(bundle, one, DEEPEST));
  const changed = all.reduce<string | undefined>(
    (path, one) => (path === undefined ? path : through(one, path)),
    asked,
  );
  return changed === undefined || changed === asked ? undefined : { at, arrives: changed };
}

function middlewaresOf(
  bundle: Bundle,
  { from, path }: BackendReference,
): { readonly at: FieldPath; readonly named: readonly Manifest[] } {
  if (from.kind === 'IngressRoute') {
    const at = [...path.slice(0, 3), 'middlewares'];
    return { at, named: listOf(valueAt(from, at)).flatMap((one) => middleware(bundle, from, one) ?? []) };
  }
  const at = ['metadata', 'annotations', ROUTER];
  // <namespace>-<name>@kubernetescrd; both may hold a "-".
  const names = (annotationOf(from, ROUTER) ?? '').split(',').map((one) => one.trim());
  const named = names.flatMap(
    (name) =>
      bundle
        .ofKind('Middleware')
        .find(
          (one) => `${namespaceOf(one) || namespaceOf(from) || 'default'}-${one.metadata.name}@kubernetescrd` === name,
        ) ?? [],
  );
  return { at, named };
}

function middleware(bundle: Bundle, from: Manifest, entry: unknown): Manifest | undefined {
  const { name, namespace } = mappingOf(entry);
  return bundle.find('Middleware', textOf(namespace) ?? namespaceOf(from), wordsOf(name));
}

function chained(bundle: Bundle, one: Manifest, left: number): readonly Manifest[] {
  const chain = listOf(valueAt(one, ['spec', 'chain', 'middlewares']));
  if (chain.length === 0 || left === 0) return [one];
  return chain.flatMap((entry) => {
    const found = middleware(bundle, one, entry);
    return found === undefined ? [] : chained(bundle, found, left - 1);
  });
}

/** The path behind one middleware; `undefined` where an expression decides. */
function through(one: Manifest, path: string): string | undefined {
  const { stripPrefix, stripPrefixRegex, addPrefix, replacePath, replacePathRegex } = mappingOf(one.spec);
  if (stripPrefixRegex !== undefined || replacePathRegex !== undefined) return undefined;
  const whole = textOf(mappingOf(replacePath).path);
  if (whole !== undefined) return whole;
  const added = textOf(mappingOf(addPrefix).prefix);
  if (added !== undefined) return `${added.replace(/\/$/, '')}${path}`;
  const prefix = listOf(mappingOf(stripPrefix).prefixes)
    .map(wordsOf)
    .find((start) => path.startsWith(start));
  return prefix === undefined ? path : `/${path.slice(prefix.length).replace(/^\//, '')}`;
}
