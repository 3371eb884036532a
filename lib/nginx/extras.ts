import { type Problems, shown } from '../input/problems';
import { parseStatements } from './parse';
import type { ExtraLocation, ProxyProps } from './proxy-props';
import { block, type Statement } from './statement';

/** What the generated server sets itself, or what would bring in text that is not part of the configuration and its hash. */
const NOT_IN_SERVER: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['listen', 'server_name', 'absolute_redirect', 'port_in_redirect', 'error_page', 'recursive_error_pages'].map(
      (name) => [name, 'is generated'],
    ),
  ),
  location: 'belongs into extraLocations, where its path is checked',
  server: 'cannot stand in a server',
  return: 'would answer health checks and every other request',
  rewrite: 'would take requests away from the generated locations',
  if: 'would take requests away from the generated locations',
  keepalive_timeout: 'is derived from the timing',
  proxy_http_version: 'is generated',
  client_max_body_size: 'is given as maxBodySize',
  include: 'reads a file that is not part of the configuration, so that no change of it would replace the pods',
};

/** Directives for a level above the server, all of which is generated. */
const ABOVE_SERVER = [
  ...['http', 'events', 'stream', 'mail', 'user', 'daemon', 'master_process', 'worker_processes', 'pid', 'load_module'],
  ...['env', 'upstream', 'map', 'geo', 'split_clients', 'log_format', 'limit_conn_zone', 'limit_req_zone'],
  ...['proxy_cache_path', 'server_names_hash_bucket_size'],
];

const NOWHERE: Readonly<Record<string, string>> = Object.fromEntries(
  ABOVE_SERVER.map((name) => [name, 'stands above the server, in what is generated']),
);

/** Blocks that hold a program: read as directives it would lose its comments and its line ends. */
const PROGRAM = /_by_lua_block$/;

const NOT_IN_LOCATION: Readonly<Record<string, string>> = {
  location: 'would be a location within a location; give it as one of its own',
  listen: 'cannot stand in a location',
  server: 'cannot stand in a location',
  include: NOT_IN_SERVER.include as string,
};

/** A header that the generated server passes to the application. */
const MANAGED_HEADER = /^['"]?proxy_set_header['"]? ['"]?(Upgrade|Connection|Host|X-Forwarded-\w+|X-Real-IP)\b/i;

/** Directives of the user's own for the server, as statements. */
export function checkServerDirectives(problems: Problems, text: string | undefined): readonly Statement[] {
  if (text === undefined) return [];
  const statements = parsed(problems, 'extraServerDirectives', text) ?? [];
  for (const statement of statements) {
    refuse(problems, 'extraServerDirectives', statement, NOT_IN_SERVER);
    const header = typeof statement === 'string' ? MANAGED_HEADER.exec(statement)?.[1] : undefined;
    if (header !== undefined) {
      problems.add('extraServerDirectives', `sets ${header}, which is generated; leave it out`);
    }
  }
  return statements;
}

/** Locations of the user's own, as statements. Their paths are compared with the generated ones by the caller. */
export function checkExtraLocations(
  problems: Problems,
  locations: ProxyProps['extraLocations'],
  checkPath: (at: string, path: string) => void,
): readonly Statement[] {
  return (locations ?? []).map((location, index) => {
    const at = `extraLocations[${index}]`;
    checkPath(`${at}.path`, location.path);
    const body = parsed(problems, `${at}.directives`, location.directives);
    if (body?.length === 0) problems.add(`${at}.directives`, 'is empty; say what the location answers');
    const visit = (statements: readonly Statement[]): void => {
      for (const statement of statements) {
        refuse(problems, `${at}.directives`, statement, NOT_IN_LOCATION);
        if (typeof statement !== 'string') visit(statement.body);
      }
    };
    visit(body ?? []);
    return block(headOf(location), body ?? []);
  });
}

/** A path of a generated location, and whether everything below it is its own as well. */
export interface ManagedPath {
  readonly path: string;
  readonly below: boolean;
}

/** A location of the user's own may stand beside generated ones or below a route, but takes nothing away from a managed path. */
export function checkTakesNothing(
  problems: Problems,
  locations: readonly ExtraLocation[],
  managed: readonly ManagedPath[],
): void {
  const seen = new Map<string, number>();
  locations.forEach((location, index) => {
    const at = `extraLocations[${index}].path`;
    const head = headOf(location);
    const taken = managed.find(
      ({ path, below }) => location.path === path || (below && location.path.startsWith(path)),
    );
    if (taken !== undefined) {
      problems.add(
        at,
        `${shown(location.path)} would take requests from ${shown(taken.path)}, which is generated; choose another path`,
      );
    }
    const first = seen.get(head);
    if (first !== undefined) problems.add(at, `is the same as extraLocations[${first}]; give each location once`);
    seen.set(head, first ?? index);
  });
}

function headOf({ path, exact }: ExtraLocation): string {
  return exact === true ? `location = ${path}` : `location ${path}`;
}

/** `undefined` for what is none, which is noted. */
function parsed(problems: Problems, path: string, text: unknown): Statement[] | undefined {
  if (typeof text !== 'string') {
    problems.add(path, `${shown(text)} is not text; give directives as in an nginx.conf, such as 'gzip on;'`);
    return undefined;
  }
  try {
    return parseStatements(text);
  } catch (error) {
    problems.add(
      path,
      `is not what nginx reads: ${(error as Error).message}; end every directive with ";" and close every "{"`,
    );
    return undefined;
  }
}

function refuse(
  problems: Problems,
  path: string,
  statement: Statement,
  reasons: Readonly<Record<string, string>>,
): void {
  const word = (typeof statement === 'string' ? statement : statement.head).split(' ')[0] as string;
  // nginx takes a name in quotes as well.
  const name = word.replace(/^(['"])(.*)\1$/, '$2');
  const reason = Object.hasOwn(reasons, name)
    ? reasons[name]
    : Object.hasOwn(NOWHERE, name)
      ? NOWHERE[name]
      : undefined;
  if (reason !== undefined) problems.add(path, `${shown(name)} ${reason}; leave it out`);
  else if (PROGRAM.test(name)) {
    problems.add(
      path,
      `${shown(name)} holds a program, which is not read here; give it as a file in the image, with ${name.replace(/block$/, 'file')}`,
    );
  }
}
