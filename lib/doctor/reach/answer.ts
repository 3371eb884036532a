/** How a connection ended before an answer came. A time-out is an outcome of its own and never a refusal. */
export type Failure =
  | 'refused'
  | 'reset'
  | 'closed'
  | 'timeout'
  | 'unreachable'
  | 'dns'
  | 'dns-later'
  | 'tls'
  | 'stopped'
  | 'failed';

/** What came back for one request. */
export interface Answer {
  readonly outcome: 'answer' | Failure;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The beginning of the body, redacted. */
  readonly body?: string;
  /** Bytes of the whole body. */
  readonly size?: number;
  /** The system's name of the failure, such as `ECONNREFUSED`. */
  readonly error?: string;
}

/** DNS could not say just now, which says nothing of whether there is such a name. */
export const NAME_LATER = 'EAI_AGAIN';

const FAILURES: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'dns',
  [NAME_LATER]: 'dns-later',
  ABORT_ERR: 'stopped',
};

/** The outcome that an error of Node's stands for. */
export function failureOf(error: unknown): Answer {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (message === 'socket hang up') return { outcome: 'closed', error: 'closed without an answer' };
  const tls = /^(ERR_SSL|ERR_TLS|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
  return { outcome: FAILURES[code] ?? (tls ? 'tls' : 'failed'), error: code === '' ? message : code };
}

/** A 101 that is no answer to the key that was sent: every browser fails the connection. */
export const NOT_ACCEPTED = 'Sec-WebSocket-Accept';

export const notAccepted = (): Error => Object.assign(new Error('not accepted'), { code: NOT_ACCEPTED });

const TIMEOUT = 'holdfast-timeout';
const STOPPED = 'holdfast-stopped';

/** What is noted of a name that nobody answered for. */
export const NAME_TIMEOUT = 'timeout';

export const timedOut = (): Error => new Error(TIMEOUT);
export const stopped = (): Error => new Error(STOPPED);

/** As {@link failureOf}, for errors that we raised ourselves too. */
export function outcomeOf(error: unknown): Answer {
  const { message } = error as Error;
  if (message === TIMEOUT) return { outcome: 'timeout' };
  if (message === STOPPED) return { outcome: 'stopped' };
  return failureOf(error);
}
