import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Json } from '../evidence';
import type { IdleSeen, View } from '../facts/view';
import { engineQuery, type Handshake, PACKET, readHandshake } from '../reach/engine-io';
import { pause } from '../reach/pace';
import type { Closing, WireSocket } from '../reach/websocket';
import type { Wire } from '../reach/wire';
import { type Look, type Probe, written } from './probe';
import { INVENTED } from './requests';
import { socketPath } from './websocket';

/** Enough that three replicas get eight each, and that the rest of the permitted sockets is left for what goes on beside them. */
const SOCKETS = 24;

/** Shorter than any timeout of a balancer: whoever talks less often than that is cut like one who is silent, and looks like one whose time was up. */
const RAREST_TALK_MS = 500;

/** Whatever a server says of its patience: no look lasts longer than an hour. */
const LATEST_PONG_MS = 3_600_000;

/** What is known of the heartbeat, in milliseconds; Socket.IO's defaults where nothing is. */
export function beat(view: View): { interval: number; timeout: number } {
  const { pingInterval = 25_000, pingTimeout = 20_000 } = view.heartbeat ?? {};
  return { interval: pingInterval, timeout: pingTimeout };
}

/** Over how long the sockets are opened, and how long the last is watched: two silences and one grace. */
export function ladder(view: View, leftMs = Number.POSITIVE_INFINITY): { spread: number; watch: number } {
  const { interval, timeout } = beat(view);
  const wanted = Math.max(5000, 2 * interval + timeout) + 800;
  const spread = Math.min(8000, wanted * 0.35, leftMs * 0.25);
  return { spread, watch: Math.min(wanted, leftMs - spread) };
}

/**
 * Quiet and talkative sockets side by side, with pongs that come at once or late, opened one after the other: which clock their ends
 * agree on says who ended them.
 */
export const idle: Probe = {
  id: 'idle',
  doing: 'sockets that stay, quiet ones and talkative ones',
  protocols: ['socket.io', 'websocket'],
  quick: false,
  seconds: (view) => (ladder(view).spread + ladder(view).watch) / 1000,
  useless: (view) =>
    view.of('websocket').some(({ answer }) => answer.handshake.status === 101) ? undefined : 'no WebSocket opens',
  run: async (look) => {
    const { wire, view, left, progress } = look;
    const { spread, watch } = ladder(view(), (left() - 1.2) * 1000);
    const total = spread + watch;
    const until = wire.now() + total;
    const end = pause(total, wire.signal);
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, wire.signal]);
    setMaxListeners(0, signal);
    const beside = [trickle(wire, signal), watchSelf(wire, signal), say(progress, total, signal)];
    const sockets = Array.from({ length: SOCKETS }, (_, i) => watchOne(look, i, (i * spread) / SOCKETS, end));
    const poll = wire.target.protocol === 'socket.io' ? [watchPoll(wire, until)] : [];
    await Promise.all(sockets);
    over.abort();
    await Promise.all([...beside, ...poll]);
  },
};

/** Opens one socket after a while, and writes down how it ended, or that it did not before the end of watching. `onOpen` is called when it is open. */
export async function watchOne(
  { wire, view }: Pick<Look, 'wire' | 'view'>,
  index: number,
  wait: number,
  end: Promise<unknown>,
  onOpen: () => void = () => {},
): Promise<void> {
  await wire.pause(wait);
  if (wire.signal.aborted) return;
  const { interval, timeout } = beat(view());
  const chatty = Math.floor(index / 4) % 2 === 1;
  const pongDelayMs = Math.round(Math.min(LATEST_PONG_MS, Math.max(0, timeout - 1000)) * ((index % 4) / 4));
  const opened = await wire.open({ path: socketPath(wire) });
  const request = { pongDelayMs, chatty, socket: index };
  if (opened.socket === undefined) {
    const answer = {
      opened: null,
      refusal: opened.answer,
      pings: [],
      pongs: [],
      heard: opened.at,
      spoke: opened.at,
      dismissed: false,
      closing: { at: wire.now(), code: 1006, reason: '', by: 'end' },
    };
    wire.record('idle', request, answer as unknown as Json, opened.at, opened.took);
    return;
  }
  const life = new Life(wire, opened.socket, pongDelayMs, wire.now());
  onOpen();
  const talk = chatty
    ? setInterval(() => life.talk(), Math.max(100, Math.min(interval / 4, RAREST_TALK_MS)))
    : undefined;
  const closing = await Promise.race([
    opened.socket.closed,
    end.then((): Closing => ({ at: wire.now(), code: 1000, reason: '', by: 'us' })),
  ]);
  clearInterval(talk);
  life.over = true;
  opened.socket.close();
  wire.record('idle', request, life.seen(closing) as unknown as Json, opened.at, wire.now() - opened.at);
}

/** What one socket hears and says. */
class Life {
  over = false;
  private readonly pings: number[] = [];
  private readonly pongs: number[] = [];
  private heard: number;
  private spoke: number;
  private open: Handshake | undefined;
  private joined: 'yes' | 'no' | 'refused' = 'no';
  private dismissed = false;
  private readonly wire: Wire;
  private readonly socket: WireSocket;
  private readonly pongDelayMs: number;
  private readonly opened: number;

  constructor(wire: Wire, socket: WireSocket, pongDelayMs: number, opened: number) {
    this.wire = wire;
    this.socket = socket;
    this.pongDelayMs = pongDelayMs;
    this.opened = opened;
    this.heard = opened;
    this.spoke = opened;
    socket.onAny = () => {
      this.heard = wire.now();
    };
    socket.onPing = () => {
      this.pings.push(wire.now());
      this.pongs.push(wire.now());
      this.spoke = wire.now();
    };
    if (wire.target.protocol === 'socket.io') socket.onText = (text) => this.hear(text);
  }

  /** Says something that nobody has to answer. */
  talk(): void {
    this.spoke = this.wire.now();
    if (this.wire.target.protocol === 'socket.io') this.socket.send(PACKET.noop);
    else this.socket.ping();
  }

  seen(closing: Closing): IdleSeen {
    const plain = this.wire.target.protocol === 'websocket';
    return {
      opened: tenth(this.opened),
      ...(plain ? {} : { open: written(this.open, this.wire), joined: this.joined }),
      pings: this.pings.map(tenth),
      pongs: this.pongs.map(tenth),
      heard: tenth(this.heard),
      spoke: tenth(this.spoke),
      dismissed: this.dismissed,
      closing: { ...closing, at: tenth(closing.at), reason: this.wire.redactor.text(closing.reason) },
    };
  }

  private hear(text: string): void {
    if (text.startsWith('0{')) {
      this.open = readHandshake(text);
      this.say(`${PACKET.message}0${this.wire.target.auth ?? ''}`);
    } else if (text === PACKET.ping) {
      this.pings.push(this.wire.now());
      setTimeout(() => {
        if (this.over) return;
        this.pongs.push(this.wire.now());
        this.say(PACKET.pong);
        // What is owed at the end must not keep the process.
      }, this.pongDelayMs).unref();
    } else if (text.startsWith('40')) this.joined = 'yes';
    else if (text.startsWith('44')) this.joined = 'refused';
    else if (text.startsWith('41')) this.dismissed = true;
  }

  private say(text: string): void {
    this.spoke = this.wire.now();
    this.socket.send(text);
  }
}

/** A session without a WebSocket: the server holds each request until it has something to say. */
async function watchPoll(wire: Wire, until: number): Promise<void> {
  const first = await wire.request({ path: engineQuery(wire.target.path, 'polling') });
  const open = readHandshake(first.body);
  if (open === undefined) return;
  const [cookie] = first.setCookie.length === 0 ? [] : [first.setCookie.map((line) => line.split(';')[0]).join('; ')];
  const headers = cookie === undefined ? {} : { headers: { cookie } };
  const path = engineQuery(wire.target.path, 'polling', open.sid);
  const post = (body: string) => wire.request({ method: 'POST', path, body, ...headers });
  await post(`${PACKET.message}0${wire.target.auth ?? ''}`);
  for (let socket = 1; wire.now() < until - 300 && !wire.signal.aborted; socket += 1) {
    const { answer, body, at, took } = await wire.request({ path, timeoutMs: until - wire.now(), ...headers });
    // Our own end of watching is no observation.
    if (answer.outcome === 'timeout' || answer.outcome === 'stopped') break;
    wire.record('poll', { socket }, { answer, heldMs: Math.round(took) } as unknown as Json, at, took);
    if (answer.status !== 200) break;
    if (body.includes(PACKET.ping)) await post(PACKET.pong);
  }
  await post(PACKET.close);
}

/** One small question a second, which opens nothing: does anybody still answer? */
async function trickle(wire: Wire, signal: AbortSignal): Promise<void> {
  const { target } = wire;
  const path = target.protocol === 'socket.io' ? engineQuery(target.path, 'polling', INVENTED) : target.path;
  const running: Promise<void>[] = [];
  while (!signal.aborted) {
    running.push(
      wire.request({ path }).then(({ answer, at, took }) => {
        if (answer.outcome !== 'stopped') wire.record('trickle', {}, answer as unknown as Json, at, took);
      }),
    );
    await pause(500, signal);
  }
  await Promise.all(running);
}

/** How often this machine looks at itself. */
const TICK_MS = 100;

/** Whether this machine itself slept, or was too busy: what it did not hear then says nothing about the server. */
async function watchSelf(wire: Wire, signal: AbortSignal): Promise<void> {
  const at = wire.now();
  const pauses: [number, number, number][] = [];
  let longestMs = 0;
  while (!signal.aborted) {
    const [before, awake] = [wire.now(), awakeMs()];
    await pause(TICK_MS, signal);
    const late = wire.now() - before - TICK_MS;
    longestMs = Math.max(longestMs, late);
    if (late > TICK_MS) pauses.push([Math.round(before), Math.round(late), Math.round(awakeMs() - awake)]);
  }
  wire.record('self', {}, { longestMs: Math.round(longestMs), pauses }, at, wire.now() - at, 'self');
}

/**
 * For how long this process has run or waited for a processor, in milliseconds. Linux counts both; elsewhere the waiting is not known.
 *
 * @see https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
 */
function awakeMs(): number {
  try {
    const [ran = 0, waited = 0] = readFileSync('/proc/self/schedstat', 'utf8').split(' ').map(Number);
    return (ran + waited) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

async function say(progress: (text: string) => void, total: number, signal: AbortSignal): Promise<void> {
  for (let passed = 0; !signal.aborted; passed += 10_000) {
    if (passed > 0) progress(`sockets that stay: ${passed / 1000} s of ${Math.round(total / 1000)} s`);
    await pause(10_000, signal);
  }
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}
