import type { Target } from './target';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What `Set-Cookie` says. */
export function readCookie(line: string): Cookie | undefined {
  const [pair = '', ...rest] = line.split(';');
  const equals = pair.indexOf('=');
  if (equals < 1) return undefined;
  const attributes = rest.map((part) => {
    const [name = '', ...value] = part.trim().split('=');
    return [name.toLowerCase(), value.join('=')] as const;
  });
  return {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    attributes: Object.fromEntries(attributes),
  };
}

/** Why a browser would not send this cookie back with the next request of the session; `undefined` where it would. */
export function withheld(
  cookie: Cookie,
  target: Pick<Target, 'secure' | 'crossSite' | 'host' | 'path'>,
): string | undefined {
  const { secure, path, samesite = 'lax', domain } = cookie.attributes;
  const asked = target.path.split('?')[0] as string;
  if (secure !== undefined && !target.secure && target.host !== 'localhost')
    return 'it is marked Secure, and the address is http';
  if (path?.startsWith('/') && path !== '/' && !`${asked}/`.startsWith(`${path.replace(/\/$/, '')}/`))
    return `its Path is ${path}, and the requests go to ${asked}`;
  if (domain !== undefined && domain !== '' && !`.${target.host}`.endsWith(`.${domain.replace(/^\./, '')}`))
    return `its Domain is ${domain}`;
  if (target.crossSite && (samesite.toLowerCase() !== 'none' || secure === undefined))
    return `it is SameSite=${samesite}, and the page comes from another site`;
  return undefined;
}

/** How cookies are given back: as a browser does, all of them whatever they say, or none. */
export type JarKind = 'browser' | 'all' | 'none';

/** The `Cookie` header that goes with the follow-up. */
export function cookiesFor(setCookie: readonly string[], kind: JarKind, target: Target): string | undefined {
  if (kind === 'none') return undefined;
  const pairs = setCookie
    .map(readCookie)
    .filter((cookie) => cookie !== undefined)
    .filter((cookie) => kind === 'all' || withheld(cookie, target) === undefined)
    .map(({ name, value }) => `${name}=${value}`);
  return pairs.length === 0 ? undefined : pairs.join('; ');
}
