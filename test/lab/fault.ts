import * as http from 'node:http';
import * as https from 'node:https';
import type { TargetOptions } from '../../lib/doctor';
import type { Lab } from './lab';

/** Something that is broken on purpose, with real parts. */
export interface Fault {
  /** What one types: `npm run lab -- <name>`. */
  readonly name: string;
  /** What is done to the parts. */
  readonly injects: string;
  /** The causes that the doctor has to name; none where nothing is wrong. */
  readonly causes: readonly string[];
  start(lab: Lab): Promise<Started>;
}

export interface Started {
  readonly url: string;
  /** How the doctor is to look. */
  readonly options?: TargetOptions;
  /** Only what is injected without the sockets that stay, which saves the wait. */
  readonly quick?: boolean;
  /** Throws where the fault is not there: a fault that was not injected must not count. */
  verify?(): Promise<unknown>;
  /** What happens while sockets stay open: begins with them. */
  during?(): Promise<void>;
  /** Stops the doctor’s own process once sockets stay open, as a lid that is closed does. */
  readonly sleeps?: { readonly afterMs: number; readonly forMs: number };
  /** Seconds that the doctor may take: where no heartbeat is heard it would watch for longer than the lab needs. */
  readonly budgetSeconds?: number;
  /** As verify, after the doctor has looked. */
  after?(): void | Promise<void>;
}

export interface Asked {
  readonly status: number;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly error?: string;
}

/** One request that has nothing to do with the doctor's own code. */
export function ask(
  url: string,
  path: string,
  options: {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
    timeoutMs?: number;
    agent?: http.Agent;
  } = {},
): Promise<Asked> {
  const client = url.startsWith('https') ? https : http;
  return new Promise((resolve) => {
    const failed = (error: string) => resolve({ status: 0, body: '', headers: {}, error });
    const request = client.request(
      new URL(path, url),
      {
        method: options.method ?? 'GET',
        agent: options.agent ?? false,
        headers: options.headers ?? {},
        rejectUnauthorized: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
        response.on('error', (error) => failed(error.message));
      },
    );
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, body: '', headers: response.headers });
    });
    request.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message));
    request.setTimeout(options.timeoutMs ?? 5000, () => request.destroy(new Error('timeout')));
    request.end(options.body);
  });
}

export const POLLING = '/socket.io/?EIO=4&transport=polling';
export const SOCKET = '/socket.io/?EIO=4&transport=websocket';
export const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'aG9sZGZhc3QtbGFiLXRzdA==',
};

/** Handshake and follow-up, `times` times; how many follow-ups were answered with “session unknown”. */
export async function lostSessions(
  url: string,
  times: number,
  cookies = false,
  agent?: () => http.Agent,
): Promise<number> {
  const lost = await Promise.all(
    Array.from({ length: times }, async () => {
      const one = agent?.();
      const kept = one === undefined ? {} : { agent: one };
      const first = await ask(url, POLLING, kept);
      const sid = /"sid":"([^"]+)"/.exec(first.body)?.[1];
      const cookie = (first.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
      await new Promise((done) => setTimeout(done, Math.random() * 200));
      const headers: Record<string, string> = cookies && cookie !== '' ? { cookie } : {};
      const second = await ask(url, `${POLLING}&sid=${sid}`, { method: 'POST', body: '1', headers, ...kept });
      one?.destroy();
      return second.body.includes('"code":1') ? 1 : 0;
    }),
  );
  return lost.reduce<number>((sum, one) => sum + one, 0);
}

export function expectTrue(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not injected: ${what}`);
}
