import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { EDGE, type Evidence, type Json } from '../evidence';
import { Redactor, textsOf } from '../redact';
import { type Answer, notAccepted, outcomeOf, stopped, timedOut } from './answer';
import { Pace, pause } from './pace';
import { accepts, type Read, readAll, readSome, webSocketKey } from './read';
import type { Target } from './target';
import { WireSocket } from './websocket';

/** One request. */
export interface Request {
  readonly method?: 'GET' | 'POST' | 'OPTIONS';
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Asks on the connection that this agent keeps, instead of on a fresh one. */
  readonly agent?: http.Agent;
  readonly timeoutMs?: number;
  /** The Origin header; `null` sends none. @default - the target's */
  readonly origin?: string | null;
}

/** What came back, for the probe that has to go on with it; only `answer` is ever written down. */
export interface Response {
  readonly answer: Answer;
  readonly body: string;
  readonly setCookie: readonly string[];
  /** It went over a connection that had carried a request before. */
  readonly reused: boolean;
  readonly at: number;
  readonly took: number;
}

export interface Opened extends Pick<Response, 'answer' | 'at' | 'took'> {
  readonly socket: WireSocket | undefined;
}

/** The way to the target: everything that is sent goes through here, at the permitted pace, and what comes back is written down. */
export class Wire {
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly evidence: Evidence[] = [];
  readonly redactor: Redactor;
  readonly hop: string;
  private readonly pace: Pace;
  private readonly begun: number;
  private readonly timeoutMs: number;
  readonly userAgent: string;
  private readonly counts = new Map<string, number>();
  private readonly sendSecrets: () => boolean;

  constructor(options: {
    target: Target;
    signal: AbortSignal;
    timeoutMs: number;
    userAgent: string;
    hop?: string;
    /** Shared where several hops are asked at once. @default - a pace of its own */
    pace?: Pace;
    /** When the run began, on the clock of `performance.now`. @default - now */
    begun?: number;
    /** Secrets go only to whom they are meant for. */
    sendSecrets: () => boolean;
  }) {
    const { target } = options;
    this.target = target;
    this.signal = options.signal;
    this.timeoutMs = options.timeoutMs;
    this.userAgent = options.userAgent;
    this.hop = options.hop ?? EDGE;
    this.pace = options.pace ?? new Pace();
    this.begun = options.begun ?? performance.now();
    this.sendSecrets = options.sendSecrets;
    const auth = target.auth === undefined ? [] : textsOf(JSON.parse(target.auth));
    // A server may repeat the address that it was asked for.
    const query = [...target.url.searchParams.values()].flatMap((value) => [value, encodeURIComponent(value)]);
    this.redactor = new Redactor([...Object.values(target.headers), ...auth, ...query]);
  }

  /** Milliseconds since the run began. */
  readonly now = (): number => performance.now() - this.begun;

  record(
    probe: string,
    request: Json,
    answer: Json,
    at: number,
    took: number,
    source: Evidence['source'] = 'wire',
  ): void {
    const count = (this.counts.get(probe) ?? 0) + 1;
    this.counts.set(probe, count);
    const ref = `${this.hop === EDGE ? '' : `${this.hop}: `}${probe}#${count}`;
    this.evidence.push({ ref, hop: this.hop, source, probe, at: round(at), took: round(took), request, answer });
  }

  /** Asks, and never throws: what went wrong is an answer too. */
  async request(request: Request): Promise<Response> {
    // A connection that is kept is its agent's, which has a place for it.
    const giveBack = request.agent === undefined ? await this.place() : await this.pace.turn(this.signal);
    const at = this.now();
    try {
      if (this.signal.aborted) throw stopped();
      const { reused, ...answered } = await this.exchange(request);
      const { body, headers } = answered;
      return {
        answer: this.redacted(answered),
        body,
        setCookie: headers['set-cookie'] ?? [],
        reused,
        at,
        took: this.now() - at,
      };
    } catch (error) {
      return { answer: outcomeOf(error), body: '', setCookie: [], reused: false, at, took: this.now() - at };
    } finally {
      giveBack?.();
    }
  }

  /** A place among the permitted sockets, and then a turn; the returned function gives the place back. */
  async place(): Promise<() => void> {
    const giveBack = await this.pace.socket();
    await this.pace.turn(this.signal);
    return giveBack;
  }

  /** A place for a connection that is kept. */
  keep(): Promise<() => void> {
    return this.pace.socket();
  }

  /** A turn, for what is asked over a connection that has its place. */
  turn(): Promise<void> {
    return this.pace.turn(this.signal);
  }

  /** Opens a WebSocket over HTTP/1.1, as every browser does that finds no better way. */
  async open(request: Request): Promise<Opened> {
    const giveBack = await this.place();
    const at = this.now();
    try {
      if (this.signal.aborted) throw stopped();
      const opened = await this.upgrade(request);
      const took = this.now() - at;
      if (opened.stream === undefined) {
        giveBack();
        return { answer: this.redacted(opened), socket: undefined, at, took };
      }
      const socket = new WireSocket(opened.stream, opened.head, this.now);
      // After the goodbye the server still holds it for a while.
      if (opened.stream.destroyed) giveBack();
      else opened.stream.once('close', giveBack);
      return {
        answer: { outcome: 'answer', status: 101, headers: this.redactor.headers(opened.headers) },
        socket,
        at,
        took,
      };
    } catch (error) {
      giveBack();
      return { answer: outcomeOf(error), socket: undefined, at, took: this.now() - at };
    }
  }

  private redacted({ status, headers, body, size }: Read): Answer {
    return {
      outcome: 'answer',
      status,
      headers: this.redactor.headers(headers),
      body: this.redactor.text(body),
      size,
    };
  }

  pause(ms: number): Promise<void> {
    return pause(ms, this.signal);
  }

  private options(request: Request): https.RequestOptions {
    const { target } = this;
    const origin = request.origin === undefined ? target.origin : request.origin;
    const [first] = target.addresses;
    const lookup: LookupFunction | undefined =
      first === undefined
        ? undefined
        : (_name, options, done) => {
            const all = target.addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
            if (options.all) done(null, all);
            else done(null, first, first.includes(':') ? 6 : 4);
          };
    return {
      host: target.host,
      port: target.port,
      method: request.method ?? 'GET',
      path: request.path,
      agent: request.agent ?? false,
      headers: {
        'user-agent': this.userAgent,
        ...(origin === null ? {} : { origin }),
        ...(this.sendSecrets() ? target.headers : {}),
        ...request.headers,
      },
      ...(lookup === undefined ? {} : { lookup }),
      ...(target.secure
        ? {
            ALPNProtocols: ['http/1.1'],
            // The certificate is a probe of its own; a bad one must not hide everything behind it.
            rejectUnauthorized: false,
            ...(/^[\d.]+$|:/.test(target.host) ? {} : { servername: target.host }),
            ...(target.ca === undefined ? {} : { ca: target.ca }),
          }
        : {}),
    };
  }

  private exchange(request: Request): Promise<Read & { reused: boolean }> {
    return new Promise((resolve, reject) => {
      const asked = (this.target.secure ? https : http).request(this.options(request), (response) => {
        readAll(response).then((read) => resolve({ ...read, reused: asked.reusedSocket }), reject);
      });
      // Nobody asked for it, and Node would say nothing more of a request that is answered so.
      asked.on('upgrade', ({ statusCode = 0, headers }, stream) => {
        stream.destroy();
        resolve({ status: statusCode, headers, body: '', size: 0, reused: asked.reusedSocket });
      });
      this.guard(asked, request.timeoutMs ?? this.timeoutMs, reject);
      if (request.body === undefined) asked.end();
      else asked.setHeader('content-type', 'text/plain;charset=UTF-8').end(request.body);
    });
  }

  private upgrade(request: Request): Promise<Read & { stream?: Duplex; head: Buffer }> {
    const options = this.options(request);
    const key = webSocketKey();
    return new Promise((resolve, reject) => {
      const asked = (this.target.secure ? https : http).request({
        ...options,
        headers: {
          ...options.headers,
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': key,
        },
      });
      const done = this.guard(asked, request.timeoutMs ?? this.timeoutMs, reject);
      asked.on('upgrade', (response, stream, head) => {
        done();
        if (!accepts(key, response)) {
          stream.destroy();
          return reject(notAccepted());
        }
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: '', size: 0, stream, head });
      });
      asked.on('response', (response) => {
        readSome(response).then((read) => resolve({ ...read, head: Buffer.alloc(0) }), reject);
      });
      asked.end();
    });
  }

  /** Ends a request that takes too long, or whose run is stopped. Returns what lifts the guard. */
  private guard(asked: http.ClientRequest, timeoutMs: number, reject: (error: unknown) => void): () => void {
    const timer = setTimeout(() => asked.destroy(timedOut()), timeoutMs);
    const stop = () => asked.destroy(stopped());
    const done = () => {
      clearTimeout(timer);
      this.signal.removeEventListener('abort', stop);
    };
    this.signal.addEventListener('abort', stop, { once: true });
    asked.on('error', (error) => {
      done();
      reject(error);
    });
    asked.on('close', done);
    return done;
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
