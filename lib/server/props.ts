import { constants } from 'node:os';
import { Problems, shown } from '../input/problems';
import { type Field, isObject, list, thing } from '../input/shape';
import { CONTRACT } from '../timing/contract';
import { LONGEST_MS, type ServerTiming } from './server-timing';
import type { WebSocketServerLike } from './web-sockets';

export const has = (value: unknown, ...methods: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  methods.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');

const isHttp = (value: unknown): boolean => has(value, 'getConnections');
const isSocketIo = (value: unknown): boolean => has(value, 'path', 'close');
/** HTTP servers and those of Socket.IO are listened to and closed in the same words. */
const isWebSockets = (value: unknown): boolean => has(value, 'on', 'close') && !isHttp(value) && !isSocketIo(value);

function oneOrMore(fits: (value: unknown) => boolean, one: string): Field {
  const all = list(thing(fits, one, undefined), []);
  return {
    ...all,
    allowed: `${one}, or a list of them`,
    read: (problems, path, value) =>
      Array.isArray(value) ? all.read(problems, path, value) : fits(value) ? value : undefined,
  };
}

export const callback = (allowed: string): Field => thing((value) => typeof value === 'function', allowed, undefined);

export const HTTP = thing(isHttp, 'the server that everything is attached to, as in createServer(app)', undefined);
export const SOCKET_IO = oneOrMore(isSocketIo, 'a Server of socket.io');
export const WEB_SOCKETS = oneOrMore(isWebSockets, 'a WebSocketServer of ws');

/** Notes each time that no timer can wait for. */
export function checkTimes(problems: Problems, timing: Partial<ServerTiming>): void {
  for (const [name, ms] of Object.entries(timing) as [keyof ServerTiming, number][]) {
    const least = CONTRACT[name].leastMs;
    if (!(ms >= least && ms <= LONGEST_MS)) {
      problems.add(name, `${shown(ms)} is not a time; give milliseconds from ${least} to ${LONGEST_MS}`);
    }
  }
}

/** @throws {InvalidInputError} with everything that cannot be meant */
export function checkHeartbeat(server: WebSocketServerLike, timing: ServerTiming): void {
  const problems = new Problems();
  if (!isWebSockets(server))
    problems.add('server', `${shown(server)} cannot be used here; give a WebSocketServer of ws`);
  if (!isObject(timing)) problems.add('timing', `${shown(timing)} cannot be used here; give timingFromEnvironment()`);
  else {
    const { heartbeatIntervalMs, heartbeatGraceMs } = timing;
    checkTimes(problems.at('timing'), { heartbeatIntervalMs, heartbeatGraceMs });
  }
  problems.throwIfAny();
}

/** @throws {InvalidInputError} for what is no list of signals of this machine */
export function checkSignals(signals: readonly NodeJS.Signals[]): void {
  const problems = new Problems();
  if (!Array.isArray(signals)) problems.add('signals', `${shown(signals)} is no list; give ["SIGTERM"]`);
  else {
    for (const signal of signals.filter((name) => !Object.hasOwn(constants.signals, name))) {
      problems.add('signals', `${shown(signal)} is no signal of this system; give one such as "SIGTERM"`);
    }
  }
  problems.throwIfAny();
}

/** One, several or none. */
export function listOf<T extends object>(given: T | readonly T[] | undefined): readonly T[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given : [given as T];
}
