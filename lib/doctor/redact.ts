/** Headers that say who answered and why; everything else stays out of the evidence. */
const KEPT = new Set([
  'server',
  'via',
  'content-type',
  'location',
  'retry-after',
  'connection',
  'keep-alive',
  'alt-svc',
  'age',
  'x-cache',
  'cf-cache-status',
  'x-proxy-cache',
  'cache-control',
  'cf-mitigated',
  'www-authenticate',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-methods',
  'upgrade',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
  'sec-websocket-version',
  'set-cookie',
  'x-powered-by',
  'x-goog-iap-generated-response',
  'x-amzn-waf-action',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
]); // prettier-ignore

/** How that is called which must stay where it is. */
const SECRET = '(?:sid|token|jwt|secret|passw(?:or)?d|session|api_?-?key|authorization|cookie|credential)';

/** Bytes of a body that are kept. */
const BODY = 400;

/** Replaces what must not leave the machine by names that stay equal within one run. */
export class Redactor {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  private readonly secrets: readonly string[];

  /** `secrets`: values that were given on the command line. Short ones are no secrets, and would be found in innocent text. */
  constructor(secrets: readonly string[] = []) {
    // Whoever repeats a header may leave its scheme out, or repeat one cookie of several.
    const parts = secrets.flatMap((secret) => [
      secret,
      ...secret.split(/[\s;,]+/),
      ...secret.split(/[\s;,]+|[\w.-]+=(?!=|$)/),
    ]);
    this.secrets = [...new Set(parts)]
      .filter((part) => part.length >= 4 && !/^(bearer|basic|digest|token|true|false|null)$/i.test(part))
      .sort((a, b) => b.length - a.length);
  }

  /** The name that stands for a value: the same for the same value. */
  name(kind: string, value: string): string {
    const known = this.names.get(value);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    this.names.set(value, `${kind}-${count}`);
    return `${kind}-${count}`;
  }

  text(text: string): string {
    let out = text.slice(0, BODY * 4);
    for (const secret of this.secrets) out = out.replaceAll(secret, '[secret]');
    out = out.replace(
      new RegExp(`("(?:pid|[\\w-]*${SECRET}[\\w-]*)"\\s*:\\s*")([^"]+)"`, 'gi'),
      (_all, before: string, value: string) =>
        `${before}${this.name(/sid|pid/.test(before) ? 'sid' : 'token', value)}"`,
    );
    out = out.replace(
      new RegExp(`([?&#](?:key|code|state|auth|sig|signature|[\\w-]*${SECRET}[\\w-]*)=)([^&\\s"'<>]+)`, 'gi'),
      (_all, before: string, value: string) => `${before}${this.name('token', value)}`,
    );
    // A server that repeats what it was sent, and addresses that whoever knows them may use.
    out = out.replace(/\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)(\s*[:=]\s*)[^\r\n"<]+/gi, '$1$2[secret]');
    out = out.replace(/(:\/\/)[^\s/@:"'<>]*:[^\s/@"'<>]*@/g, '$1[secret]@');
    out = out.replace(/(\/(?:services|web-?hooks?|hooks)\/)[^\s"'<>?#]+/gi, '$1[secret]');
    out = out.replace(/\beyJ[\w-]{8,}(?:\.[\w-]*){1,2}/g, (value) => this.name('token', value));
    out = out.replace(/\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{32,}\b/g, (value) => this.name('token', value));
    out = out.replace(/\b(Bearer|Basic)\s+[\w+/=.-]{6,}/g, '$1 [secret]');
    for (const [value, name] of this.names) if (value.length >= 8) out = out.replaceAll(value, name);
    return out.slice(0, BODY);
  }

  headers(
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): Record<string, string | readonly string[]> {
    const kept: Record<string, string | readonly string[]> = {};
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined || !KEPT.has(name)) continue;
      if (name === 'set-cookie') kept[name] = [value].flat().map((line) => this.cookie(line));
      else if (name === 'location')
        kept[name] = this.text(
          String(value)
            .replace(/([?&#][^=&#]+=)[^&#]*/g, '$1…')
            .replace(/#[^=]*$/, '#…'),
        );
      else kept[name] = this.text([value].flat().join(', '));
    }
    return kept;
  }

  /** Name and attributes say how affinity works; the value says who somebody is. */
  private cookie(line: string): string {
    const [pair = '', ...attributes] = line.split(';');
    // Without a name, all of it is the value.
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, equals)).trim();
    return [`${name}=${this.name('cookie', pair.slice(equals + 1))}`, ...attributes.map((part) => part.trim())].join(
      '; ',
    );
  }
}

/** An address without the values of its query. */
export function withoutQueryValues(url: URL): string {
  const copy = new URL(url);
  for (const name of [...copy.searchParams.keys()]) copy.searchParams.set(name, '…');
  return copy.href.replaceAll('%E2%80%A6', '…');
}

/** Every text in a value, however deep. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap(textsOf);
}
