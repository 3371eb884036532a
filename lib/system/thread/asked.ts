import { annotationOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import { type FieldPath, listOf, mappingOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { Controller } from '../entrance';
import { isSocketIoPath } from '../probe';
import type { BackendReference } from '../route';
import { changedByMiddlewares } from './middlewares';
import { nginxesOf } from './nginx-of-pod';
import { socketPathsOf } from './passage';
import type { Step } from './step';

/** The path of a request: without what belongs to an expression or a wildcard. */
export function plainPath(path: string): string {
  const plain = path.replace(/(\.[*+]|[(*[$^|]).*$/, '').replaceAll('\\', '');
  const absolute = plain.startsWith('/') ? plain : `/${plain}`;
  return isSocketIoPath(absolute) && !absolute.endsWith('/') ? `${absolute}/` : absolute;
}

/** What clients ask under a path of the route: the paths of Socket.IO that the nginx of the pods knows below it, else the path itself. */
export function pathsToFollow(bundle: Bundle, workload: Manifest, path: string): readonly string[] {
  const plain = plainPath(path);
  if (isSocketIoPath(plain)) return [plain];
  const known = nginxesOf(bundle, workload)
    .flatMap(socketPathsOf)
    .filter((one) => one.startsWith(plain));
  return known.length > 0 ? [...new Set(known)] : [plain];
}

const ROUTER_REWRITE = 'haproxy.router.openshift.io/rewrite-target';
const REWRITE = 'nginx.ingress.kubernetes.io/rewrite-target';
const APPGW_PATH = 'appgw.ingress.kubernetes.io/backend-path-prefix';
const STRIP = 'konghq.com/strip-path';
const KONG_REWRITE = 'konghq.com/rewrite';
/** Of the Service: what stands before every path. */
const KONG_PATH = 'konghq.com/path';

interface Rewriting {
  /** Where it is written. */
  readonly at: FieldPath;
  /** What is written. */
  readonly to: string;
  /** The path that arrives, where it can be told. */
  readonly arrives: string | undefined;
  readonly fix: string;
}

/** A way from a route to its Service. */
interface Way {
  readonly reference: BackendReference;
  readonly controller: Controller;
  readonly service: Manifest;
}

/** What a controller makes of the path of Socket.IO before anybody else sees it. */
export function rewrite(bundle: Bundle, way: Way, path: string, asked: string): Step | undefined {
  const found = rewriting(bundle, way, path, asked);
  if (found === undefined) return undefined;
  const { at, to, arrives, fix } = found;
  const lost = isSocketIoPath(asked) && arrives !== undefined && !isSocketIoPath(arrives);
  return {
    at: 'rewrite',
    state: lost ? 'broken' : 'holds',
    object: way.reference.from,
    path: at,
    words: `${asked} becomes ${arrives ?? to}`,
    ...(lost ? { expected: `${asked} as clients ask it`, fix } : {}),
  };
}

function rewriting(
  bundle: Bundle,
  { reference, controller, service }: Way,
  path: string,
  asked: string,
): Rewriting | undefined {
  const { from, path: backend, paths } = reference;
  const rule = backend.slice(0, 3);
  const matched = paths.find((one) => asked.startsWith(one)) ?? path;
  if (controller === 'traefik' && from.kind !== 'HTTPRoute') {
    const changed = changedByMiddlewares(bundle, reference, asked);
    const fix = 'leave the middleware out for this path, in a rule of its own';
    return changed === undefined ? undefined : { ...changed, to: changed.arrives, fix };
  }
  const override = controller === 'azure-appgw' ? annotationOf(from, APPGW_PATH) : undefined;
  if (override !== undefined) {
    // What stands before the wildcard is replaced.
    const prefix = path.replace(/\*$/, '').replace(/\/$/, '');
    const arrives = asked.startsWith(prefix)
      ? `${override.replace(/\/$/, '')}${asked.slice(prefix.length)}`
      : undefined;
    const fix = 'remove backend-path-prefix for this path, in an Ingress of its own';
    return { at: ['metadata', 'annotations', APPGW_PATH], to: override, arrives, fix };
  }
  if (controller === 'kong' && annotationOf(from, STRIP)?.toLowerCase() === 'true') {
    // What is an expression, or is written anew, is not followed.
    if (matched.startsWith('/~') || annotationOf(from, KONG_REWRITE) !== undefined) return undefined;
    const base = (annotationOf(service, KONG_PATH) ?? '').replace(/\/$/, '');
    const arrives = asked.startsWith(matched) ? `${base}/${asked.slice(matched.length).replace(/^\//, '')}` : undefined;
    const fix = `write ${STRIP}: "false", with this path in an ${from.kind} of its own where others need it`;
    return { at: ['metadata', 'annotations', STRIP], to: 'what is left of it', arrives, fix };
  }
  if (from.kind === 'VirtualService') {
    const at = [...rule, 'rewrite', 'uri'];
    const to = textOf(valueAt(from, at));
    // It takes the place of what was matched, letter by letter.
    const arrives = to !== undefined && asked.startsWith(matched) ? `${to}${asked.slice(matched.length)}` : undefined;
    return to === undefined
      ? undefined
      : { at, to, arrives, fix: 'remove rewrite for this path, in a rule of its own' };
  }
  if (from.kind === 'HTTPRoute') {
    const filters = listOf(valueAt(from, [...rule, 'filters']));
    const i = filters.findIndex((one) => valueAt(one, ['urlRewrite', 'path']) !== undefined);
    const { replaceFullPath, replacePrefixMatch } = mappingOf(valueAt(filters[i], ['urlRewrite', 'path']));
    const to = textOf(replaceFullPath) ?? textOf(replacePrefixMatch);
    if (to === undefined) return undefined;
    // A prefix is one of whole parts of the path: a slash at its end says nothing.
    const bare = (text: string) => text.replace(/\/$/, '');
    const rest = `${bare(to)}${asked.slice(bare(matched).length)}`;
    const at = [...rule, 'filters', i, 'urlRewrite', 'path'];
    return {
      at,
      to,
      arrives: replaceFullPath === undefined ? rest || '/' : to,
      fix: 'remove urlRewrite for this path, in a rule of its own',
    };
  }
  // Whole parts of the path as well; what stands after the last match is for every prefix.
  const prefixed = (at: FieldPath, to: string | undefined): Rewriting | undefined => {
    if (to === undefined || !asked.startsWith(matched)) return undefined;
    const rest = asked.slice(matched.length).replace(/^\//, '');
    const arrives = `${to.replace(/\/$/, '')}/${rest}`;
    return {
      at,
      to,
      arrives,
      fix: `remove ${from.kind === 'Route' ? 'rewrite-target' : 'pathRewritePolicy'} for this path, in a route of its own`,
    };
  };
  if (from.kind === 'HTTPProxy') {
    const at = [...rule, 'pathRewritePolicy', 'replacePrefix'];
    const replaced = listOf(valueAt(from, at)).map(mappingOf);
    const i = [matched, undefined]
      .map((one) => replaced.findIndex(({ prefix }) => prefix === one))
      .find((one) => one >= 0);
    return i === undefined ? undefined : prefixed([...at, i, 'replacement'], textOf(replaced[i]?.replacement));
  }
  if (from.kind === 'Route')
    return prefixed(['metadata', 'annotations', ROUTER_REWRITE], annotationOf(from, ROUTER_REWRITE));
  const to = controller === 'ingress-nginx' ? annotationOf(from, REWRITE) : undefined;
  if (to === undefined) return undefined;
  return {
    at: ['metadata', 'annotations', REWRITE],
    to,
    arrives: byExpression(path, to, asked),
    fix: 'remove rewrite-target for this path, in an Ingress of its own',
  };
}

/** What ingress-nginx makes of a path; `undefined` where it takes none, or JavaScript cannot read the expression. */
function byExpression(path: string, to: string, asked: string): string | undefined {
  try {
    const found = new RegExp(`^${path}`, 'i').exec(asked);
    return found === null ? undefined : to.replace(/\$(\d)/g, (_all, n) => found[Number(n)] ?? '');
  } catch {
    return undefined;
  }
}
