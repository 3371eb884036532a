import { annotationOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import type { Manifest } from '../../manifest/manifest';
import type { Controller } from '../entrance';
import { isSocketIoPath } from '../probe';
import { nginxesOf } from './nginx-of-pod';
import { socketPathsOf } from './passage';
import type { Step } from './step';

/** The path of a request: without what belongs to an expression or a wildcard. */
export function plainPath(path: string): string {
  const plain = path.replace(/[(*[$^|].*$/, '').replaceAll('\\', '');
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

const REWRITE = 'nginx.ingress.kubernetes.io/rewrite-target';

/** What a controller makes of the path of Socket.IO before anybody else sees it. */
export function rewrite(route: Manifest, controller: Controller, path: string, asked: string): Step | undefined {
  const to = controller === 'ingress-nginx' ? annotationOf(route, REWRITE) : undefined;
  if (to === undefined) return undefined;
  let arrives: string | undefined;
  try {
    const expression = new RegExp(`^${path}`, 'i');
    arrives = expression.test(asked)
      ? to.replace(/\$(\d)/g, (_all, n) => expression.exec(asked)?.[Number(n)] ?? '')
      : undefined;
  } catch {
    arrives = undefined;
  }
  const lost = isSocketIoPath(asked) && arrives !== undefined && !isSocketIoPath(arrives);
  return {
    at: 'rewrite',
    state: lost ? 'broken' : 'holds',
    object: route,
    path: ['metadata', 'annotations', REWRITE],
    words: `${asked} becomes ${arrives ?? to}`,
    ...(lost
      ? { expected: `${asked} as clients ask it`, fix: 'remove rewrite-target for this path, in an Ingress of its own' }
      : {}),
  };
}
