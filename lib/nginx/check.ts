import type { Size, SizeRoundingBehavior } from 'cdk8s';
import { checkInteger, checkPort, checkSubdomainName, checkUrlPath } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { readTiming } from '../timing/read-timing';
import { checkExtraLocations, checkServerDirectives, checkTakesNothing, type ManagedPath } from './extras';
import type { WebSocketPath } from './location';
import {
  DEFAULT_DRAIN_FLAG,
  DEFAULT_MAX_BODY_KIBIBYTES,
  DEFAULT_MAX_CONNECTIONS,
  DEFAULT_PROXY_PORT,
  HEALTH_PATH,
  type ProxyProps,
  type ProxySettings,
  READY_PATH,
} from './proxy-props';
import type { Server } from './upstream';

/**
 * Connections that one upstream address can hold: Linux takes the local port of each from 32768–60999
 * (`net.ipv4.ip_local_port_range`), 28,232 of them, and connections kept for the next request need some as well.
 */
const CONNECTIONS_PER_UPSTREAM = 28_000;

/** nginx stores the length of a location's name in one byte. */
const LONGEST_PATH = 255;

/** 1 TiB, far above what any client sends and far below where nginx's numbers end. */
const LARGEST_BODY_KIBIBYTES = 2 ** 30;

/** `SizeRoundingBehavior.NONE`; the enum itself would load cdk8s, which only constructs need. */
const UNROUNDED: SizeRoundingBehavior = 2;

/** Files below /tmp that nginx makes itself. */
const TAKEN = /^\/tmp\/(nginx\.pid|[a-z]+_temp(\/.*)?)$/;

export function checkProxy(problems: Problems, props: ProxyProps, upstreamAddresses: number): ProxySettings {
  const proxy = {
    timing: readTiming(problems.at('timing'), props.timing),
    port: props.port ?? DEFAULT_PROXY_PORT,
    maxConnections: props.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
    workers: props.workers ?? 2,
    maxBodyKibibytes:
      props.maxBodySize === undefined ? DEFAULT_MAX_BODY_KIBIBYTES : kibibytes(problems, props.maxBodySize),
    addressesAppended: props.addressesAppended ?? 0,
    drainFlag: props.drainFlag ?? DEFAULT_DRAIN_FLAG,
    debugHeaders: props.debugHeaders ?? false,
    statusPort: props.statusPort,
    ipv6: props.ipv6 ?? true,
    extraServerDirectives: checkServerDirectives(problems, props.extraServerDirectives),
    extraLocations: checkExtraLocations(problems, props.extraLocations, (at, path) => checkUrlPath(problems, at, path)),
  };
  checkPort(problems, 'port', proxy.port);
  if (proxy.statusPort !== undefined) {
    checkPort(problems, 'statusPort', proxy.statusPort);
    if (proxy.statusPort === proxy.port)
      problems.add('statusPort', `${proxy.port} is what clients reach; give another port`);
  }
  checkMaxConnections(problems, proxy.maxConnections, upstreamAddresses);
  checkInteger(problems, 'workers', proxy.workers, 1, 64);
  checkInteger(problems, 'addressesAppended', proxy.addressesAppended, 0, 10);
  checkDrainFlag(problems, proxy.drainFlag);
  return proxy;
}

/** A location: a path that starts and ends with "/", so that it ends where a name ends and not in the middle of one. */
export function checkLocation(problems: Problems, path: string, value: string): void {
  const before = problems.found.length;
  checkUrlPath(problems, path, value);
  if (problems.found.length > before) return;
  if (!value.endsWith('/')) problems.add(path, `${shown(value)} must end with "/"; write ${shown(`${value}/`)}`);
  if (value.split('/').includes('.')) {
    problems.add(path, `${shown(value)} holds ".", which nginx removes before it looks for a location; leave it out`);
  }
  if (value.length > LONGEST_PATH) {
    problems.add(path, `${shown(value)} has ${value.length} characters; give at most ${LONGEST_PATH}`);
  }
}

/** A path that a proxy serves, and where the caller gave it. */
export interface ServedPath {
  readonly at: string;
  readonly path: string;
  /** Does everything below it belong to it, as it does to a Socket.IO endpoint and does not to a route? @default false */
  readonly below?: boolean;
}

/** Every path may be served once only, with and without a slash at its end, and never what nginx answers itself. The caller's own locations take nothing from them. */
export function checkDistinct(
  problems: Problems,
  locations: readonly ServedPath[],
  extra: ProxyProps['extraLocations'],
): void {
  const seen = new Map<string, string>();
  for (const { at, path } of locations) {
    const bare = withoutSlash(path);
    const other = seen.get(bare);
    if (other !== undefined) problems.add(at, `${shown(path)} is already served by ${other}; give each path once`);
    seen.set(bare, other ?? at);
    if (bare === HEALTH_PATH || bare === READY_PATH) {
      problems.add(at, `${shown(path)} is what nginx answers itself for health checks; choose another path`);
    }
  }
  const managed: ManagedPath[] = [HEALTH_PATH, READY_PATH].map((path) => ({ path, below: false }));
  for (const { path, below = false } of locations) {
    managed.push({ path, below }, { path: withoutSlash(path), below: false });
  }
  // Where no location takes everything, one that answers 404 does.
  checkTakesNothing(problems, extra ?? [], managed);
}

/** A path of WebSockets: exact, or with a slash at its end a prefix. */
export function checkWebSocketPath(problems: Problems, at: string, { path, upstreamPath }: WebSocketPath): void {
  for (const [name, value] of Object.entries({ path, upstreamPath })) {
    if (value === undefined) continue;
    if (typeof value === 'string' && value.endsWith('/')) checkLocation(problems, `${at}.${name}`, value);
    else {
      // Everything that is asked of a location, but for the slash.
      const before = problems.found.length;
      checkUrlPath(problems, `${at}.${name}`, value);
      if (problems.found.length === before) checkLocation(problems, `${at}.${name}`, `${value}/`);
    }
  }
  if (
    typeof path === 'string' &&
    typeof upstreamPath === 'string' &&
    path.endsWith('/') !== upstreamPath.endsWith('/')
  ) {
    problems.add(
      `${at}.upstreamPath`,
      `${shown(upstreamPath)} and ${shown(path)} must both end with "/", for everything below them, or neither, for this one path`,
    );
  }
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

export function checkServer(problems: Problems, path: string, server: Server): void {
  const at = problems.at(path);
  checkSubdomainName(at, 'host', server.host);
  // A name of digits and dots only is read as an address by every resolver.
  if (/^[\d.]+$/.test(server.host) && !isIpv4(server.host)) {
    at.add('host', `${shown(server.host)} is not an IPv4 address; give four numbers from 0 to 255, or a DNS name`);
  }
  checkPort(at, 'port', server.port);
}

function isIpv4(value: string): boolean {
  const parts = value.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function checkMaxConnections(problems: Problems, value: number, upstreamAddresses: number): void {
  const max = CONNECTIONS_PER_UPSTREAM * Math.max(1, upstreamAddresses);
  if (Number.isInteger(value) && value > max) {
    problems.add(
      'maxConnections',
      `${value} is more than nginx can pass on: one upstream address holds ${CONNECTIONS_PER_UPSTREAM} connections, ` +
        `because each takes one of its local ports; give at most ${max} and run more pods`,
    );
    return;
  }
  checkInteger(problems, 'maxConnections', value, 1, max);
}

function checkDrainFlag(problems: Problems, value: string): void {
  const before = problems.found.length;
  checkUrlPath(problems, 'drainFlag', value);
  if (problems.found.length > before) return;
  const usable = value.startsWith('/tmp/') && !value.endsWith('/') && !value.split('/').includes('.');
  if (!usable || TAKEN.test(value) || value.length > LONGEST_PATH) {
    problems.add(
      'drainFlag',
      `${shown(value)} cannot be the drain flag; give a file of its own below /tmp, the one directory that can be written to, ` +
        `such as "${DEFAULT_DRAIN_FLAG}"`,
    );
  }
}

function kibibytes(problems: Problems, value: Size): number {
  // A caller in plain JavaScript, or with a cast, meets a sentence here and not a TypeError further down.
  if (typeof value !== 'object' || value === null || typeof value.toKibibytes !== 'function') {
    problems.add('maxBodySize', `${shown(value)} is not a Size; write Size.mebibytes(…)`);
    return Number.NaN;
  }
  const amount = value.toKibibytes({ rounding: UNROUNDED });
  if (!Number.isInteger(amount) || amount < 1 || amount > LARGEST_BODY_KIBIBYTES) {
    problems.add('maxBodySize', `${amount} KiB is out of range; give whole KiB from 1 to ${LARGEST_BODY_KIBIBYTES}`);
  }
  return amount;
}
