import { type Asked, CLUSTER, EDGE, type Evidence, inOrder } from '../evidence';
import type { Answer } from '../reach/answer';
import type { Handshake } from '../reach/engine-io';
import { Live } from './live';

/** Answers of the probes, as they stand in the evidence. */
export interface Shapes {
  readonly lookup: { request: { host: string }; answer: { addresses: readonly string[]; error?: string } };
  readonly address: { request: { address: string; port: number }; answer: AddressSeen };
  readonly session: {
    request: { jar: 'browser' | 'all' | 'none' | 'kept'; slow?: boolean };
    answer: SessionSeen;
  };
  readonly websocket: {
    request: { origin?: 'none' };
    answer: { handshake: Answer; open: Handshake | null; silent: boolean };
  };
  readonly upgrade: { request: object; answer: { handshake: Answer; switched?: Answer; probed?: boolean } };
  readonly http2: { request: object; answer: Http2Seen };
  readonly invented: { request: object; answer: Answer };
  readonly origin: { request: { origin: 'own' | 'none'; method: 'GET' | 'OPTIONS' }; answer: Answer };
  readonly body: { request: { bytes: number }; answer: Answer };
  readonly crowd: { request: { sockets: number }; answer: { opened: readonly (Answer & { greeted: boolean })[] } };
  readonly elsewhere: { request: { path: string; change: string }; answer: Answer };
  /** What is no request, and how long the connection for it took. */
  readonly nonsense: { request: object; answer: Answer & { connectMs?: number } };
  /** One request that may take its time. */
  readonly patience: { request: object; answer: Answer };
  readonly idle: { request: { pongDelayMs: number; chatty: boolean; socket: number }; answer: IdleSeen };
  readonly poll: { request: { socket: number }; answer: { answer: Answer; heldMs: number } };
  readonly trickle: { request: object; answer: Answer };
  /** The pod's own address, asked through the API server. */
  readonly 'pod-proxy': { request: PodProxyAsked; answer: { status: number; server: string; said: string } };
  readonly 'port-forward': { request: { pod: string; ports: readonly number[] }; answer: { error: string } };
  /** What a cloud says of its balancer. */
  readonly cloud: { request: { what: string; command: readonly string[] }; answer: unknown };
  readonly logs: { request: { pod: string; container: string }; answer: LogsSeen };
  readonly self: { request: object; answer: SelfSeen };
}

/** When this machine itself did nothing, in milliseconds since the run began. */
export interface SelfSeen {
  readonly longestMs: number;
  /** The beginning of each, how much longer it took than it should, and for how much of that the process ran or waited for a processor; the rest it was stopped. */
  readonly pauses: readonly (readonly [at: number, lateMs: number, awakeMs?: number])[];
}

export interface PodProxyAsked {
  readonly pod: string;
  readonly port: number;
  readonly path: string;
  /** What is asked for: a handshake, or what a balancer or a probe asks. */
  readonly what: 'handshake' | 'health';
}

/** How often the log of a container says something that is worth knowing, and the last line that does. */
export interface LogsSeen {
  readonly lines: number;
  readonly found: readonly { readonly what: string; readonly count: number; readonly last: string }[];
}

export interface AddressSeen {
  readonly outcome: 'connected' | Answer['outcome'];
  readonly error?: string;
  /** The connection was taken, and then nothing was said in TLS. */
  readonly taken?: boolean;
  readonly alpn?: string | null;
  readonly tls?: {
    readonly protocol: string | null;
    readonly subject: string;
    readonly names: string;
    readonly issuer: string;
    readonly validTo: string;
    readonly validFrom: string;
    /** What Node's verification says; `null` where the certificate is good. */
    readonly problem: string | null;
  };
}

export interface SessionSeen {
  readonly handshake: Answer;
  readonly open: Handshake | null;
  /** Cookies that were set, and why a browser would keep each back. */
  readonly cookies: readonly { readonly name: string; readonly withheld?: string }[];
  readonly followUp?: Answer;
  readonly reused?: boolean;
}

export interface Http2Seen {
  readonly alpn: string | null;
  /** HTTP/1.1 was accepted when nothing else was offered. */
  readonly http1: boolean;
  readonly error?: string;
  readonly status?: number;
  /** The server says that WebSockets may run over HTTP/2. @see https://www.rfc-editor.org/rfc/rfc8441 */
  readonly connectProtocol?: boolean;
  readonly connect?: { readonly status?: number; readonly error?: string };
}

/** The life of one socket; times in milliseconds since the run began. */
export interface IdleSeen {
  readonly opened: number | null;
  readonly refusal?: Answer;
  readonly open?: Handshake | null;
  /** Whether the namespace was joined; a server closes whoever joins none. */
  readonly joined?: 'yes' | 'no' | 'refused';
  readonly pings: readonly number[];
  readonly pongs: readonly number[];
  /** The last byte from the server, and the last from us. */
  readonly heard: number;
  readonly spoke: number;
  /** The server sent the packet that tells a client not to come back. */
  readonly dismissed: boolean;
  readonly closing: {
    readonly at: number;
    readonly code: number;
    readonly reason: string;
    readonly by: 'frame' | 'end' | 'reset' | 'us';
  };
}

export type Seen<K extends keyof Shapes> = Evidence<Shapes[K]['request'], Shapes[K]['answer']>;

/** The evidence of one hop, by probe. */
export class View {
  readonly asked: Asked;
  readonly hop: string;
  readonly evidence: readonly Evidence[];
  /** The evidence of every hop. */
  readonly everywhere: readonly Evidence[];
  private readonly byProbe = new Map<string, Evidence[]>();
  private readonly others = new Map<string, View>();
  private known: { readonly live: Live | undefined } | undefined;

  constructor(asked: Asked, evidence: readonly Evidence[], hop = EDGE) {
    this.asked = asked;
    this.hop = hop;
    this.everywhere = inOrder(evidence);
    this.evidence = this.everywhere.filter((one) => one.hop === hop);
    for (const one of this.evidence) {
      const list = this.byProbe.get(one.probe) ?? [];
      list.push(one);
      this.byProbe.set(one.probe, list);
    }
  }

  of<K extends keyof Shapes>(probe: K): readonly Seen<K>[] {
    return (this.byProbe.get(probe) ?? []) as unknown as readonly Seen<K>[];
  }

  /** What the API server, kubectl and clouds were asked. */
  inside<K extends keyof Shapes>(probe: K): readonly Seen<K>[] {
    return this.everywhere.filter((one) => one.hop === CLUSTER && one.probe === probe) as unknown as readonly Seen<K>[];
  }

  /** The system as it is inside the cluster; `undefined` where it was looked at from outside only. */
  get live(): Live | undefined {
    this.known ??= { live: Live.of(this.asked, this.everywhere) };
    return this.known.live;
  }

  /** The names of the other hops, in the order in which they were asked. */
  get hops(): readonly string[] {
    return [...new Set(this.everywhere.map(({ hop }) => hop))].filter((hop) => hop !== this.hop && hop !== CLUSTER);
  }

  /** The same evidence, seen from another hop. */
  at(hop: string): View {
    const known = this.others.get(hop) ?? new View(this.asked, this.everywhere, hop);
    this.others.set(hop, known);
    return known;
  }

  /** Sessions of the client that was asked for, at full pace. */
  get sessions(): readonly Seen<'session'>[] {
    return this.of('session').filter(({ request }) => request.slow !== true && request.jar === this.ownJar);
  }

  /** The first request of every session: over HTTP for Socket.IO, the WebSocket itself where there is nothing else. */
  get firsts(): readonly { readonly ref: string; readonly answer: Answer; readonly good: boolean }[] {
    if (this.asked.protocol === 'socket.io')
      return this.sessions.map(({ ref, answer }) => ({ ref, answer: answer.handshake, good: answer.open !== null }));
    return this.of('websocket')
      .filter(({ request }) => request.origin === undefined)
      .map(({ ref, answer: { handshake } }) => ({ ref, answer: handshake, good: handshake.status === 101 }));
  }

  get ownJar(): 'browser' | 'none' {
    return this.asked.client === 'browser' ? 'browser' : 'none';
  }

  /** What Engine.IO says about itself, wherever it was heard first. */
  get heartbeat(): Handshake | undefined {
    for (const { answer } of this.of('session')) if (answer.open !== null) return answer.open;
    for (const { answer } of this.of('websocket')) if (answer.open !== null) return answer.open;
    for (const { answer } of this.of('idle')) if (answer.open !== undefined && answer.open !== null) return answer.open;
    return undefined;
  }
}
