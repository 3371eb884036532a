/** What Engine.IO's handshake says. @see https://socket.io/docs/v4/engine-io-protocol/ */
export interface Handshake {
  readonly sid: string;
  readonly upgrades: readonly string[];
  readonly pingInterval: number;
  readonly pingTimeout: number;
  /** Bytes; servers before 4.6 do not say. */
  readonly maxPayload: number | undefined;
}

/** Packet types of Engine.IO 4, as they stand on the wire. */
export const PACKET = { open: '0', close: '1', ping: '2', pong: '3', message: '4', upgrade: '5', noop: '6' } as const;

/** Reads the packet that opens a session; `undefined` for anything else. */
export function readHandshake(body: string | undefined): Handshake | undefined {
  if (body === undefined || !body.startsWith('0{')) return undefined;
  try {
    const value = JSON.parse(body.slice(1).split('\u001e')[0] as string) as Record<string, unknown>;
    const { sid, upgrades, pingInterval, pingTimeout, maxPayload } = value;
    if (typeof sid !== 'string' || typeof pingInterval !== 'number' || typeof pingTimeout !== 'number')
      return undefined;
    return {
      sid,
      upgrades: Array.isArray(upgrades) ? upgrades.map(String) : [],
      pingInterval,
      pingTimeout,
      maxPayload: typeof maxPayload === 'number' ? maxPayload : undefined,
    };
  } catch {
    return undefined;
  }
}

/** The code of an error that Engine.IO wrote itself; `undefined` where somebody else answered. */
export function engineCode(body: string | undefined): number | undefined {
  const match = /^\{"code":(\d),"message":"/.exec(body ?? '');
  return match === null ? undefined : Number(match[1]);
}

/** The query of one request. */
export function engineQuery(path: string, transport: 'polling' | 'websocket', sid?: string, version = '4'): string {
  const join = path.includes('?') ? '&' : '?';
  return `${path}${join}EIO=${version}&transport=${transport}${sid === undefined ? '' : `&sid=${encodeURIComponent(sid)}`}`;
}
