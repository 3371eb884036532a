import { annotationsOf } from '../manifest/annotation';
import type { Bundle } from '../manifest/bundle';
import { type FieldPath, valueAt } from '../manifest/field';
import { groupedBy } from '../manifest/grouped';
import type { Manifest } from '../manifest/manifest';
import type { Entrance } from './entrance';
import { controllerOf, routesOf } from './entrances';
import { hasPlaceholder } from './placeholder';
import { backendsOf } from './platforms/all';
import type { BackendReference } from './route';

/** A path that is an expression, where ingress-nginx takes paths letter by letter. */
export interface LiteralPath {
  readonly at: FieldPath;
  readonly text: string;
  readonly host: string | undefined;
  /** The same as a prefix, where the expression says no more than that. */
  readonly prefix: string | undefined;
}

/** What stands in paths of expressions only. A dot stands in every second path. */
const EXPRESSION = /[()[\]*^$|\\]|\.\+/;
/** An expression that says: this, and whatever comes below it. */
const ALL_BELOW = /^((?:\\?[\w./~-])*?)(?:\(\/\|\$\)|\/\?)?(?:\(\.[*+]\)|\.[*+]|\*)?\$?$/;

/**
 * The path of an entrance that no request ever matches. Expressions are switched on for all paths of a host, by whichever Ingress has one of two annotations.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/ingress-path-matching/
 */
export function literalPathOf(bundle: Bundle, { controller, reference, route }: Entrance): LiteralPath | undefined {
  const [text] = reference.paths;
  // What could not be read may switch them on.
  if (controller !== 'ingress-nginx' || text === undefined || bundle.incomplete) return undefined;
  if (!EXPRESSION.test(text) || hasPlaceholder(text)) return undefined;
  const [host] = reference.hosts;
  const neighbours = bundle.once(waysByHost).get(host) ?? [];
  const beside = bundle.once(besideByHost).get(host) ?? [];
  if ([...neighbours, ...beside].some(({ from }) => isSwitchedOn(from))) return undefined;
  const [, below] = ALL_BELOW.exec(text) ?? [];
  const prefix = below === undefined ? undefined : below.replaceAll('\\', '') || '/';
  const others = [...neighbours, ...backendsOf(route)].filter(({ service }) => service === reference.service);
  if (prefix !== undefined && others.some((one) => leadsThere(one, prefix))) return undefined;
  return { at: [...reference.path.slice(0, -1), 'path'], text, host, prefix };
}

/** What Ingresses of one controller, or of one that is not known, lead to under each host. */
function waysByHost(bundle: Bundle): ReadonlyMap<string | undefined, readonly BackendReference[]> {
  return byHost(routesOf(bundle).filter((one) => ['ingress-nginx', 'other'].includes(controllerOf(bundle, one))));
}

/** The same of those that lie beside these objects: they may be installed with them. */
function besideByHost(bundle: Bundle): ReadonlyMap<string | undefined, readonly BackendReference[]> {
  return byHost(bundle.beside);
}

function byHost(objects: readonly Manifest[]): ReadonlyMap<string | undefined, readonly BackendReference[]> {
  return groupedBy(objects.filter(({ kind }) => kind === 'Ingress').flatMap(backendsOf), ({ hosts }) => hosts[0]);
}

/** Does an Ingress switch expressions on, under the prefix that its controller was given, or write a location by hand? */
function isSwitchedOn(ingress: Manifest): boolean {
  return annotationsOf(ingress).some(
    ([key, text]) =>
      (key.endsWith('/use-regex') && /^(1|t|true)$/i.test(text)) ||
      (key.endsWith('/rewrite-target') && text !== '') ||
      (key.endsWith('/server-snippet') && /\blocation\b/.test(text)),
  );
}

/** Does another way to the same Service take these requests? */
function leadsThere({ from, path, paths: [own = '/'] }: BackendReference, prefix: string): boolean {
  if (path[1] === 'defaultBackend') return true;
  if (EXPRESSION.test(own)) return false;
  return valueAt(from, [...path.slice(0, -1), 'pathType']) === 'Exact' ? own === prefix : prefix.startsWith(own);
}
