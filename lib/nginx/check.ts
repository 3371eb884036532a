import type { Size, SizeRoundingBehavior } from 'cdk8s';
import { checkInteger, checkPort, checkSubdomainName, checkUrlPath } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import {
  DEFAULT_DRAIN_FLAG,
  DEFAULT_PROXY_PORT,
  HEALTH_PATH,
  type ProxyProps,
  type ProxySettings,
  READY_PATH,
} from './proxy-props';

/**
 * Connections that one upstream address can hold: Linux takes the local port of each from 32768–60999
 * (`net.ipv4.ip_local_port_range`), 28,232 of them, and connections kept for the next request need some as well.
 */
const CONNECTIONS_PER_UPSTREAM = 28_000;

/** nginx stores the length of a location's name in one byte. */
const LONGEST_PATH = 255;

/** A week: the longest duration that the timing model lets through, and what it adds to one of them. */
const LONGEST_SECONDS = 604_800 + 3600;

/** 1 TiB, far above what any client sends and far below where nginx's numbers end. */
const LARGEST_BODY_KIBIBYTES = 2 ** 30;

/** `SizeRoundingBehavior.NONE`; the enum itself would load cdk8s, which only constructs need. */
const UNROUNDED: SizeRoundingBehavior = 2;

/** Files below /tmp that nginx makes itself. */
const TAKEN = /^\/tmp\/(nginx\.pid|[a-z]+_temp(\/.*)?)$/;

/** A place that a request is sent on to. */
export interface Server {
  /** An IPv4 address or a DNS name. nginx resolves names once, when it starts. */
  readonly host: string;
  readonly port: number;
}

export function checkProxy(problems: Problems, props: ProxyProps, upstreamAddresses: number): ProxySettings {
  const proxy = {
    timing: props.timing,
    port: props.port ?? DEFAULT_PROXY_PORT,
    maxConnections: props.maxConnections ?? 4096,
    workers: props.workers ?? 2,
    // The documented body size, ten times what a Socket.IO server accepts by default.
    maxBodyKibibytes: props.maxBodySize === undefined ? 10_240 : kibibytes(problems, props.maxBodySize),
    addressesAppended: props.addressesAppended ?? 0,
    drainFlag: props.drainFlag ?? DEFAULT_DRAIN_FLAG,
    debugHeaders: props.debugHeaders ?? false,
  };
  const timing = problems.at('timing');
  for (const name of ['idleTimeoutSeconds', 'keepAliveSeconds', 'workerShutdownTimeoutSeconds'] as const) {
    checkInteger(timing, name, proxy.timing[name], 1, LONGEST_SECONDS);
  }
  checkPort(problems, 'port', proxy.port);
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

/** Every path may be served once only, and never what nginx answers itself. */
export function checkDistinct(
  problems: Problems,
  locations: readonly { readonly at: string; readonly path: string }[],
) {
  const seen = new Map<string, string>();
  for (const { at, path } of locations) {
    const other = seen.get(path);
    if (other !== undefined) problems.add(at, `${shown(path)} is already served by ${other}; give each path once`);
    seen.set(path, other ?? at);
    if (path === `${HEALTH_PATH}/` || path === `${READY_PATH}/`) {
      problems.add(at, `${shown(path)} is what nginx answers itself for health checks; choose another path`);
    }
  }
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
