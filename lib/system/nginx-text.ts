import type { Bundle } from '../manifest/bundle';
import { type FieldPath, mappingOf } from '../manifest/field';
import { groupedBy } from '../manifest/grouped';
import type { Manifest } from '../manifest/manifest';
import { type ContainerAt, configMapsOf, containersOf, WORKLOAD_KINDS } from './pod';

/** One directive of an nginx configuration. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
}

/** nginx configuration in a ConfigMap, with the workload that runs it. */
export interface NginxText {
  readonly configMap: Manifest;
  readonly path: FieldPath;
  readonly directives: readonly Directive[];
  /** Who mounts it, and in which container; `undefined` where nobody in the bundle does. */
  readonly workload: Manifest | undefined;
  readonly container: ContainerAt | undefined;
}

/** Reads nginx's syntax: words, quotes, braces, comments. What does not follow it ends the reading, never the program. */
export function parseNginx(text: string): readonly Directive[] {
  const tokens = text.match(
    /#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]|(?:\\.|\$\{[^}]*\}|[^\s{};"'#])(?:\\.|\$\{[^}]*\}|[^\s{};])*/g,
  );
  const words = (tokens ?? []).filter((token) => !token.startsWith('#'));
  let next = 0;
  const read = (depth: number): readonly Directive[] => {
    const found: Directive[] = [];
    let current: string[] = [];
    while (next < words.length) {
      const word = words[next] as string;
      next += 1;
      if (word === '}') break;
      if (word === ';' || word === '{') {
        const block = word === '{' && depth < 20 ? read(depth + 1) : undefined;
        if (current.length > 0) found.push({ name: current[0] as string, args: current.slice(1), block });
        current = [];
      } else {
        current.push(unquoted(word));
      }
    }
    return found;
  };
  return Object.freeze(read(0));
}

/** Every directive of this name, wherever it stands. */
export function directivesNamed(directives: readonly Directive[], name: string): readonly Directive[] {
  return directives.flatMap((directive) => [
    ...(directive.name === name ? [directive] : []),
    ...(directive.block === undefined ? [] : directivesNamed(directive.block, name)),
  ]);
}

/** A location that passes requests on, with everything it inherits. */
export interface ProxyLocation {
  readonly path: string;
  readonly own: readonly Directive[];
  /** From the inside out: location, server, http. */
  readonly scopes: readonly (readonly Directive[])[];
}

/** Every location with a `proxy_pass`. */
export function proxyLocations(directives: readonly Directive[]): readonly ProxyLocation[] {
  const walk = (inside: readonly Directive[], scopes: readonly (readonly Directive[])[]): readonly ProxyLocation[] =>
    inside.flatMap((directive) => {
      if (directive.block === undefined) return [];
      const deeper = [directive.block, ...scopes];
      const passes = directive.name === 'location' && directive.block.some(({ name }) => name === 'proxy_pass');
      return [
        ...(passes ? [{ path: directive.args.at(-1) ?? '', own: directive.block, scopes: deeper }] : []),
        ...walk(directive.block, deeper),
      ];
    });
  return walk(directives, [directives]);
}

/** The value that applies in a location: its own, else the nearest outside. */
export function effective(location: ProxyLocation, name: string): Directive | undefined {
  for (const scope of location.scopes) {
    const found = scope.filter((directive) => directive.name === name).at(-1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The request headers that a location sets. nginx inherits them as a whole or not at all. */
export function requestHeadersOf(location: ProxyLocation): readonly Directive[] {
  for (const scope of location.scopes) {
    const own = scope.filter(({ name }) => name === 'proxy_set_header');
    if (own.length > 0) return own;
  }
  return [];
}

/** Does a location carry WebSockets: by its path, or because it was told to pass upgrades on? */
export function carriesUpgrades(location: ProxyLocation): boolean {
  return (
    /socket\\?\.io|engine\\?\.io|(^|\/)(ws|wss|websocket|sockjs)(\/|$)/i.test(location.path) ||
    requestHeadersOf(location).some(({ args }) => args[0]?.toLowerCase() === 'upgrade')
  );
}

/** nginx's way to write durations, in seconds. */
export function nginxSeconds(value: string | undefined): number | undefined {
  if (value === undefined || !/^(\d+(ms|[smhdwMy])?)+$/.test(value)) return undefined;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+)(ms|[smhdwMy])?/g)) {
    total += Number(amount) * (NGINX_UNITS[unit ?? 's'] ?? 1);
  }
  return total;
}

const NGINX_UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  y: 31_536_000,
};

/** All nginx configuration in the bundle: what containers mount, and ConfigMaps that hold it without being mounted here. */
export function nginxTextsOf(bundle: Bundle): readonly NginxText[] {
  return bundle.once(findNginxTexts);
}

function findNginxTexts(bundle: Bundle): readonly NginxText[] {
  const found: NginxText[] = [];
  const seen = new Set<Manifest>();
  for (const workload of bundle.ofKind(...WORKLOAD_KINDS)) {
    for (const container of containersOf(workload)) {
      for (const configMap of configMapsOf(bundle, workload, container)) {
        found.push(...textsIn(configMap, workload, container));
        seen.add(configMap);
      }
    }
  }
  for (const configMap of bundle.ofKind('ConfigMap')) {
    if (!seen.has(configMap)) found.push(...textsIn(configMap, undefined, undefined));
  }
  return found;
}

function textsIn(
  configMap: Manifest,
  workload: Manifest | undefined,
  container: ContainerAt | undefined,
): readonly NginxText[] {
  return Object.entries(mappingOf(configMap.data)).flatMap(([name, text]) => {
    if (typeof text !== 'string' || !/\b(location|upstream|proxy_pass|log_format)\s[^;{]{0,300}[;{]/.test(text))
      return [];
    // JSON, YAML and shell scripts quote nginx now and then; only a file that is one is read as one.
    if (
      !/\.conf$|nginx|^default$/i.test(name) &&
      !/^[ \t]*(server|http|events|upstream|worker_processes|user)\b/m.test(text)
    )
      return [];
    return [{ configMap, path: ['data', name], directives: parseNginx(text), workload, container }];
  });
}

function unquoted(word: string): string {
  return /^["']/.test(word) ? word.slice(1, -1) : word;
}

/** The nginx configuration that the containers of a workload mount. */
export function nginxTextsIn(bundle: Bundle, workload: Manifest): readonly NginxText[] {
  return bundle.once(nginxTextsByWorkload).get(workload) ?? [];
}

function nginxTextsByWorkload(bundle: Bundle): ReadonlyMap<Manifest | undefined, readonly NginxText[]> {
  return groupedBy(nginxTextsOf(bundle), ({ workload }) => workload);
}

/** Does a workload choose the server itself, by the client: a tier of proxies, to which any of its pods will do? */
export function choosesByClient(bundle: Bundle, workload: Manifest): boolean {
  return nginxTextsIn(bundle, workload).some((text) =>
    directivesNamed(text.directives, 'upstream').some(({ block = [] }) => {
      const servers = block.filter(({ name }) => name === 'server').length;
      return servers > 1 && block.some(({ name }) => ['hash', 'ip_hash', 'sticky'].includes(name));
    }),
  );
}
