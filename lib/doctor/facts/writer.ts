import { type Answer, NOT_ACCEPTED } from '../reach/answer';
import { engineCode, readHandshake } from '../reach/engine-io';

/** Who wrote an answer, by its body and its headers. */
export type Writer =
  | 'engine.io'
  | 'websocket server'
  | 'nginx'
  | 'haproxy'
  | 'google'
  | 'envoy'
  | 'cloudflare'
  | 'aws'
  | 'default backend'
  | 'application'
  | 'nobody';

const header = (answer: Answer, name: string): string => [answer.headers?.[name] ?? ''].flat().join(', ');

export function writerOf(answer: Answer): Writer {
  if (answer.outcome !== 'answer') return 'nobody';
  const { body = '', status = 0 } = answer;
  if (readHandshake(body) !== undefined || engineCode(body) !== undefined || body === 'ok') return 'engine.io';
  if (
    /^(Bad request|Session ID unknown|Transport unknown|Forbidden|Unsupported protocol version)$/.test(body) &&
    status === 400
  )
    return 'engine.io';
  if (/^\d+:0\{/.test(body)) return 'engine.io';
  if (/Sec-WebSocket-(Key|Version)|Upgrade Required/i.test(body)) return 'websocket server';
  if (/<center>(nginx|openresty)/.test(body)) return 'nginx';
  if (/default backend/i.test(body)) return 'default backend';
  if (
    /No server is available to handle this request|<h1>\d{3} [A-Z].*<\/h1>\s*\n/.test(body) &&
    header(answer, 'server') === ''
  )
    return 'haproxy';
  if (
    /That’s an error|Error: Server Error|google/i.test(body) &&
    /^(5|4)/.test(String(status)) &&
    /html/.test(header(answer, 'content-type'))
  )
    return 'google';
  if (/^(upstream connect error|no healthy upstream|upstream request timeout|fault filter)/.test(body)) return 'envoy';
  if (header(answer, 'server').startsWith('awselb')) return 'aws';
  if (header(answer, 'server') === 'cloudflare' && status >= 520) return 'cloudflare';
  return 'application';
}

/** Did a proxy on the way answer in place of the application? */
export function byProxy(answer: Answer): boolean {
  return !['engine.io', 'websocket server', 'application', 'nobody'].includes(writerOf(answer));
}

const WORDS: Readonly<Record<string, string>> = {
  refused: 'the connection is refused',
  reset: 'the connection is reset',
  closed: 'the connection is closed without an answer',
  timeout: 'no answer in time',
  unreachable: 'no route',
  dns: 'no such name',
  'dns-later': 'DNS fails for the time being',
  tls: 'TLS fails',
  stopped: 'stopped',
};

function failure({ outcome, error = '' }: Answer): string {
  if (error.startsWith('HPE_')) return 'what answers is no HTTP';
  if (error === NOT_ACCEPTED) return '101 with a Sec-WebSocket-Accept that is no answer';
  return outcome === 'tls' && error !== '' ? `TLS fails (${error})` : (WORDS[outcome] ?? `failed (${error})`);
}

/** `502 by nginx`, `400 code 1`, `no answer in time`. */
export function said(answer: Answer): string {
  if (answer.outcome !== 'answer') return failure(answer);
  const code = engineCode(answer.body);
  const writer = writerOf(answer);
  if (code !== undefined) return `${answer.status} code ${code}`;
  return writer === 'application' || writer === 'nobody' ? `${answer.status}` : `${answer.status} by ${writer}`;
}

/** The most frequent of what was said, with counts: `20 × 400 code 1, 2 × 502 by nginx`. */
export function tally(answers: readonly Answer[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(said(answer), (counts.get(said(answer)) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([words, count]) => `${count} × ${words}`)
    .join(', ');
}

/** 400 without a body and without its type: whoever took the request could not read it. */
export function wordless({ status, size, body = '', headers }: Answer): boolean {
  return status === 400 && (size ?? body.length) === 0 && headers?.['content-type'] === undefined;
}

/** What an application answers whoever asks it for something that it has not, or for a page. */
export function byApplication(answer: Answer): boolean {
  // A parser that could not read the request says nothing else; no application has seen it.
  if (wordless(answer)) return false;
  const ordinary = [200, 400, 404, 405].includes(answer.status ?? 0);
  return answer.outcome === 'answer' && ordinary && writerOf(answer) === 'application';
}
