/** The labels of a connection that has ended. */
export interface ConnectionEnd extends Readonly<Record<string, string>> {
  readonly transport: 'web_sockets' | 'long_polling' | 'other';
  readonly reason: string;
  /** Did one side say goodbye? Where none did, the path or the process broke it. */
  readonly clean: 'true' | 'false';
  /** @see https://opentelemetry.io/docs/specs/semconv/dotnet/dotnet-signalr-metrics/ whose three values these are, and `error` for the rest */
  readonly status: 'normal_closure' | 'timeout' | 'app_shutdown' | 'error';
}

const TRANSPORTS: Readonly<Record<string, ConnectionEnd['transport']>> = {
  websocket: 'web_sockets',
  polling: 'long_polling',
};

/** What no close frame ever carries: nothing came. @see https://www.rfc-editor.org/rfc/rfc6455#section-7.1.5 */
const NO_CLOSE_FRAME = 1006;

/** The reasons of Engine.IO; what somebody makes up counts as `other`, or it could fill the memory with series. */
const ENGINE_REASONS: ReadonlySet<string> = new Set([
  'transport close',
  'transport error',
  'ping timeout',
  'forced close',
  'parse error',
  'server shutting down',
]);

/**
 * How a connection of Engine.IO ended. Over WebSocket the code of the close tells a farewell from a break; over polling the reason does: Engine.IO
 * calls it "transport close" only when the client sent a packet of that name.
 */
export function engineEnd(transport: string, reason: string, code: number | undefined): ConnectionEnd {
  const known = ENGINE_REASONS.has(reason) ? reason : 'other';
  const ours = reason === 'forced close' || reason === 'server shutting down';
  const farewell = reason === 'transport close' && code !== NO_CLOSE_FRAME;
  return ended(transport, known, ours || farewell, reason === 'ping timeout', ours);
}

/** The codes of closes that are told apart: those of the protocol and of its registry. */
const CODES: ReadonlySet<number> = new Set([1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013]);

/** How a plain WebSocket ended: by its code, unless its heartbeat gave it up. */
export function webSocketEnd(code: number, gaveUp: boolean): ConnectionEnd {
  const reason = gaveUp ? 'ping timeout' : CODES.has(code) ? String(code) : 'other';
  const restart = code === 1012 || code === 1001;
  return ended('websocket', reason, !gaveUp && code !== NO_CLOSE_FRAME, gaveUp, restart);
}

function ended(transport: string, reason: string, clean: boolean, timeout: boolean, shutdown: boolean): ConnectionEnd {
  const status = timeout ? 'timeout' : !clean ? 'error' : shutdown ? 'app_shutdown' : 'normal_closure';
  return { transport: TRANSPORTS[transport] ?? 'other', reason, clean: clean ? 'true' : 'false', status };
}
