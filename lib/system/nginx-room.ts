import type { Bundle } from '../manifest/bundle';
import type { Manifest } from '../manifest/manifest';
import { type Directive, directivesNamed, nginxTextsIn } from './nginx-text';

/** How many clients the nginx of one pod takes, and what says so. */
export interface NginxRoom {
  readonly clients: number;
  /** In the words of its configuration. */
  readonly because: string;
}

/** More than any nginx is told to count to. */
const MOST = 2 ** 24;

/** nginx's own. @see https://nginx.org/en/docs/ngx_core_module.html#worker_connections */
const DEFAULT_CONNECTIONS = 512;

/**
 * How many clients one pod of a workload takes, by the nginx in it: as many as it lets in, where it refuses by the number of connections that are in use; else what its workers can hold, two connections for
 * each client. `undefined` where there is no nginx, and where it starts a worker for each core, of which its configuration does not know the number.
 */
export function nginxRoomOf(bundle: Bundle, workload: Manifest): NginxRoom | undefined {
  const rooms = nginxTextsIn(bundle, workload).flatMap(({ directives }) => {
    const events = directivesNamed(directives, 'events')[0];
    // A file without events is part of a configuration seen elsewhere; one that passes nothing on holds no connection on its other side.
    if (events === undefined || directivesNamed(directives, 'proxy_pass').length === 0) return [];
    return admitted(directives) ?? held(directives, events) ?? [];
  });
  return rooms.sort((a, b) => a.clients - b.clients)[0];
}

/** Of a map of connections in use, the largest number that is not refused: numbers that are too large match one of its expressions. */
function admitted(directives: readonly Directive[]): NginxRoom | undefined {
  const map = directivesNamed(directives, 'map').find(({ args }) => args[0] === '$connections_writing');
  const refused = (map?.block ?? []).flatMap(({ name }) => expression(name));
  const isRefused = (clients: number) => refused.some((one) => one.test(String(clients)));
  if (!isRefused(MOST) || isRefused(0)) return undefined;
  let [taken, tooMany] = [0, MOST];
  while (tooMany - taken > 1) {
    const middle = Math.floor((taken + tooMany) / 2);
    if (isRefused(middle)) tooMany = middle;
    else taken = middle;
  }
  return { clients: taken, because: `refuses new sessions beyond ${taken}` };
}

function expression(name: string): readonly RegExp[] {
  if (!name.startsWith('~')) return [];
  try {
    return [new RegExp(name.replace(/^~\*?/, ''))];
  } catch {
    // nginx knows more of expressions than JavaScript does.
    return [];
  }
}

function held(directives: readonly Directive[], events: Directive): NginxRoom | undefined {
  const workers = Number(directives.find(({ name }) => name === 'worker_processes')?.args[0] ?? 1);
  const each = Number(events.block?.find(({ name }) => name === 'worker_connections')?.args[0] ?? DEFAULT_CONNECTIONS);
  if (!(workers >= 1 && each >= 1)) return undefined;
  const clients = Math.floor(each / 2) * workers;
  return { clients, because: `holds ${clients}: ${workers} × ${each} worker_connections, two for each client` };
}
