import { isIP } from 'node:net';
import { Problems, shown } from '../../input/problems';

/** Where to look, and as whom. */
export interface Target {
  readonly url: URL;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Path and query without the parameters of Engine.IO. */
  readonly path: string;
  readonly protocol: 'socket.io' | 'websocket';
  /** The Origin that a browser would send. */
  readonly origin: string;
  readonly crossSite: boolean;
  readonly client: 'browser' | 'no-cookies';
  /** Secrets among them; sent, never recorded. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with the packet that joins the namespace; never recorded. */
  readonly auth: string | undefined;
  readonly ca: string | undefined;
  /** Addresses to use instead of what DNS says. */
  readonly addresses: readonly string[];
}

/** What a person may say about the target, as text. */
export interface TargetOptions {
  readonly protocol?: 'socket.io' | 'websocket';
  readonly origin?: string;
  readonly client?: 'browser' | 'no-cookies';
  readonly headers?: readonly string[];
  readonly auth?: string;
  /** The certificates themselves, in PEM. */
  readonly ca?: string;
  readonly addresses?: readonly string[];
}

const SCHEMES: Readonly<Record<string, { secure: boolean; websocket: boolean }>> = {
  'http:': { secure: false, websocket: false },
  'https:': { secure: true, websocket: false },
  'ws:': { secure: false, websocket: true },
  'wss:': { secure: true, websocket: true },
};

/**
 * Reads what stands on the command line.
 *
 * @throws {InvalidInputError} naming everything that is wrong with it
 */
export function readTarget(text: string, options: TargetOptions = {}): Target {
  const problems = new Problems();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url === undefined ? undefined : SCHEMES[url.protocol];
  if (url === undefined || scheme === undefined || url.hostname === '') {
    problems.add(
      '',
      `${shown(text)} is no address to look at; give http(s)://host/socket.io/ for Socket.IO, or ws(s)://host/path for plain WebSockets`,
    );
  }
  if (url !== undefined && (url.username !== '' || url.password !== '')) {
    problems.add('', 'the address carries a password; give it with --header "Authorization: …" instead');
  }
  const headers = (options.headers ?? []).flatMap((line) => headerOf(problems, line));
  const origin = options.origin;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
    problems.add('--origin', `${shown(origin)} is no origin; give scheme and host, such as https://app.example.com`);
  }
  if (options.auth !== undefined && !isJsonObject(options.auth)) {
    problems.add('--auth', 'is no JSON object; give what the client passes as auth, such as {"token":"…"}');
  }
  for (const address of options.addresses ?? [])
    if (isIP(address) === 0)
      problems.add('--address', `${shown(address)} is no IP address; give one such as 203.0.113.7 or 2001:db8::7`);
  problems.throwIfAny();
  const { secure, websocket } = scheme as { secure: boolean; websocket: boolean };
  const at = url as URL;
  for (const parameter of ['EIO', 'transport', 'sid', 't']) at.searchParams.delete(parameter);
  const plain = options.protocol ?? (websocket && !at.pathname.includes('socket.io') ? 'websocket' : 'socket.io');
  if (plain === 'socket.io' && at.pathname === '/') at.pathname = '/socket.io/';
  at.hash = '';
  const own = `${secure ? 'https' : 'http'}://${at.host}`;
  return {
    url: at,
    secure,
    host: at.hostname.replace(/^\[|\]$/g, ''),
    port: at.port === '' ? (secure ? 443 : 80) : Number(at.port),
    path: `${at.pathname}${at.search}`,
    protocol: plain,
    origin: origin ?? own,
    crossSite: origin !== undefined && siteOf(origin) !== siteOf(own),
    client: options.client ?? 'browser',
    headers: Object.fromEntries(headers),
    auth: options.auth,
    ca: options.ca,
    addresses: options.addresses ?? [],
  };
}

function headerOf(problems: Problems, line: string): [string, string][] {
  const match = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):\s*([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
  if (match === null) {
    problems.add('--header', `${shown(line.split(':')[0])} is no header; give name and value, such as "X-Tenant: a"`);
    return [];
  }
  return [[(match[1] as string).toLowerCase(), match[2] as string]];
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Scheme and the last two labels of a name: what SameSite compares, without the list of public suffixes. */
function siteOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${/^[\d.]+$|:/.test(hostname) ? hostname : hostname.split('.').slice(-2).join('.')}`;
}
