import type { Cause } from '../causes/cause';
import type { Asked } from '../evidence';

const UPGRADE =
  "--http1.1 --max-time 5 -si -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: aG9sZGZhc3QtZG9jdG9yIQ=='";

/** Commands to see a cause with one's own eyes, at the address that was looked at, and in what is spoken there. */
export function lookLines(cause: Cause, asked: Asked): readonly string[] {
  const plain = asked.protocol === 'websocket';
  const lines = plain ? (cause.plainRunbook ?? cause.runbook) : cause.runbook;
  return lines.map((line) => aimed(plain ? upgraded(line) : line, asked));
}

/** A plain WebSocket answers nobody who does not ask for one. */
function upgraded(line: string): string {
  const asksForOne = line.includes('Upgrade: websocket') ? line : line.replace(/\bcurl -si?\b/g, `curl ${UPGRADE}`);
  return asksForOne.replace(/(HOST\/PATH)\/\?EIO=4&transport=\w+/g, '$1');
}

function aimed(line: string, { url, origin, cluster }: Asked): string {
  // Where nothing is known but a namespace there is no address.
  if (!URL.canParse(url) || (cluster !== undefined && new URL(url).hostname.endsWith('.invalid'))) return line;
  const { host, hostname, port, pathname, search, protocol: scheme } = new URL(url);
  const secure = /^(https|wss):$/.test(scheme);
  const quoted = (text: string) => text.replaceAll("'", '%27').replaceAll('%E2%80%A6', '…');
  const at = quoted(`${secure ? 'https' : 'http'}://${host}${pathname}${search}`);
  const withQuery = (transport: string) => `${at}${search === '' ? '?' : '&'}EIO=4&transport=${transport}`;
  return line
    .replace(/https?:\/\/HOST\/PATH\/\?EIO=4&transport=(\w+)/g, (_all, transport: string) => withQuery(transport))
    .replace(/https?:\/\/HOST\/PATH(?!\/)/g, () => at)
    .replace('127.0.0.1:3000/PATH', () => `127.0.0.1:3000${quoted(`${pathname}${search}`)}`)
    .replace('https://PAGE', () => quoted(origin))
    .replace(/\bHOST:443\b/g, () => `${hostname}:${port || (secure ? '443' : '80')}`)
    .replace(/\bHOST\b/g, () => hostname);
}
