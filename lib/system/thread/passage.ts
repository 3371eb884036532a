import { type Directive, directivesNamed } from '../nginx-text';
import { isSocketIoPath } from '../probe';
import { listensOf, type NginxFile, type NginxOfPod } from './nginx-of-pod';

/** What an nginx does with a request. */
export interface Passage {
  readonly file: NginxFile;
  /** The location that takes it; `undefined` where none does. */
  readonly location: Location | undefined;
  /** Where it is sent; `undefined` where nginx answers itself. */
  readonly upstream: Upstream | undefined;
  /** The path that arrives there; `undefined` where variables or expressions make it. */
  readonly sent: string | undefined;
  /** The answer that it gives itself: `404`, `301`; `undefined` for another one, or none that is known. */
  readonly answers: number | undefined;
  /** What nginx refuses to start with. */
  readonly refused: string | undefined;
}

/** A location, as it is written. */
export interface Location {
  readonly words: string;
  readonly modifier: string;
  readonly path: string;
  readonly block: readonly Directive[];
}

/** Where a location passes requests on to. */
export interface Upstream {
  readonly name: string;
  /** The servers of its block, or itself; empty for a block without any. */
  readonly servers: readonly { readonly host: string; readonly port: number; readonly resolves: boolean }[];
  /** Variables choose it, or it is no address of a network. */
  readonly unknown: boolean;
}

/** What happens to a request for `path` that comes in on `port`; `undefined` where it is not known which server takes it. */
export function passageOf(
  nginx: NginxOfPod,
  port: number,
  path: string,
  host: string | undefined,
): Passage | undefined {
  const listening = nginx.servers.filter(({ block }) => listensOf(block)?.includes(port) === true);
  const chosen = serverFor(listening, host);
  if (chosen === undefined) return undefined;
  const { file, block } = chosen;
  const whole = [...nginx.files.flatMap(({ directives }) => directives)];
  const location = locationFor(locationsOf(block), path);
  if (location === 'unknown') return undefined;
  const answer = (location?.block ?? block).find(({ name }) => name === 'return');
  const code = Number(answer?.args[0]);
  const pass = location?.block.find(({ name }) => name === 'proxy_pass');
  const base = { file, location, refused: undefined };
  if (location === undefined || pass === undefined)
    return {
      ...base,
      upstream: undefined,
      sent: undefined,
      answers: answer === undefined || Number.isNaN(code) ? undefined : code,
    };
  const [, target = '', uri] = /^https?:\/\/([^/]*)(\/.*)?$/.exec(pass.args[0] ?? '') ?? [];
  return {
    ...base,
    upstream: upstreamOf(whole, target),
    sent: sentPath(location, path, uri),
    answers: undefined,
    refused:
      uri !== undefined && location.modifier.startsWith('~') && !uri.includes('$')
        ? `proxy_pass ${pass.args[0]} has a path, which nginx refuses in a location that is an expression`
        : undefined,
  };
}

type Server = NginxOfPod['servers'][number];

/** The server that has the name, else the default one; `undefined` where names are expressions, or the name of the client is not known. */
function serverFor(listening: readonly Server[], host: string | undefined): Server | undefined {
  if (listening.length < 2) return listening[0];
  const names = ({ block }: Server) => block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args);
  if (
    host === undefined ||
    host.startsWith('*') ||
    listening.some((one) => names(one).some((name) => /[~*]/.test(name)))
  )
    return undefined;
  const isDefault = ({ block }: Server) =>
    block.some(({ name, args }) => name === 'listen' && args.includes('default_server'));
  return listening.find((one) => names(one).includes(host)) ?? listening.find(isDefault) ?? listening[0];
}

/** Paths of Socket.IO that this nginx has locations for, as clients ask them. */
export function socketPathsOf(nginx: NginxOfPod): readonly string[] {
  const found = nginx.servers
    .flatMap(({ block }) => locationsOf(block))
    .filter(({ modifier, path }) => !modifier.startsWith('~') && isSocketIoPath(path))
    .map(({ path }) => (path.endsWith('/') ? path : `${path}/`));
  return [...new Set(found)];
}

function locationsOf(block: readonly Directive[]): readonly Location[] {
  return block
    .filter(({ name, args }) => name === 'location' && !(args[0] ?? '').startsWith('@'))
    .map(({ args, block: inside = [] }) => ({
      words: `location ${args.join(' ')}`,
      modifier: args.length > 1 ? (args[0] ?? '') : '',
      path: args.at(-1) ?? '',
      block: inside,
    }));
}

/** nginx's own order: an exact one, the longest prefix where it says so, the first expression, the longest prefix. */
function locationFor(locations: readonly Location[], asked: string): Location | undefined | 'unknown' {
  const path = asked.replace(/[?#].*$/, '');
  const exact = locations.find(({ modifier, path: own }) => modifier === '=' && own === path);
  if (exact !== undefined) return exact;
  const [longest] = locations
    .filter(({ modifier, path: own }) => (modifier === '' || modifier === '^~') && path.startsWith(own))
    .sort((a, b) => b.path.length - a.path.length);
  if (longest?.modifier === '^~') return longest;
  for (const location of locations.filter(({ modifier }) => modifier.startsWith('~'))) {
    const expression = expressionOf(location.path, location.modifier === '~*' ? 'i' : '');
    // nginx knows more of expressions than JavaScript does.
    if (expression === undefined) return 'unknown';
    if (expression.test(path)) return location;
  }
  return longest;
}

function expressionOf(text: string, flags = ''): RegExp | undefined {
  try {
    return new RegExp(text, flags);
  } catch {
    return undefined;
  }
}

/** The path that arrives behind a location: as it was asked, unless `rewrite` or the path of `proxy_pass` makes another one. */
function sentPath(location: Location, path: string, uri: string | undefined): string | undefined {
  const rewrites = directivesNamed(location.block, 'rewrite');
  let sent = path;
  for (const { args } of rewrites) {
    const expression = expressionOf(args[0] ?? '');
    const to = args[1] ?? '';
    if (expression === undefined || to.replace(/\$\d/g, '').includes('$')) return undefined;
    if (!expression.test(sent)) continue;
    sent = to.startsWith('/') ? to.replace(/\$(\d)/g, (_all, n) => expression.exec(sent)?.[Number(n)] ?? '') : sent;
    // A path that was rewritten is sent as it is.
    return sent;
  }
  if (uri === undefined) return sent;
  if (uri.includes('$') || location.modifier.startsWith('~')) return undefined;
  return uri + sent.slice(location.path.length);
}

function upstreamOf(directives: readonly Directive[], target: string): Upstream {
  const block = directivesNamed(directives, 'upstream').find(({ args }) => args[0] === target)?.block;
  if (target === '' || target.includes('$') || target.startsWith('unix:'))
    return { name: target, servers: [], unknown: true };
  if (block === undefined) return { name: target, servers: [addressOf(target, false)], unknown: false };
  const addresses = block.filter(({ name }) => name === 'server');
  const unknown =
    addresses.some(({ args }) => /^unix:|\$/.test(args[0] ?? '')) || block.some(({ name }) => name === 'include');
  return {
    name: target,
    servers: addresses.map(({ args }) => addressOf(args[0] ?? '', args.includes('resolve'))),
    unknown,
  };
}

function addressOf(
  text: string,
  resolves: boolean,
): { readonly host: string; readonly port: number; readonly resolves: boolean } {
  const [, host = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  return { host, port: Number(port ?? 80), resolves };
}

/** Is a bundle needed to know who answers under this name? Not for the pod itself. */
export function isLocal(host: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(host);
}
