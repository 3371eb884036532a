/** Whatever stands there: only path and query of a target are looked at. */
const ANY_ORIGIN = 'http://localhost';

/**
 * The session that a request's target names, read as Engine.IO reads it: of several ids the last one counts, names are decoded, and what
 * stands outside the query is none. Empty where the request would open a session: whoever reads it otherwise lets new sessions in as old ones.
 */
export function sessionIdOf(url: string): string {
  const query = URL.canParse(url, ANY_ORIGIN) ? new URL(url, ANY_ORIGIN).searchParams : undefined;
  return query?.getAll('sid').at(-1) ?? '';
}
