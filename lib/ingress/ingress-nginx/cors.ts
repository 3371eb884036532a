import { type Problems, shown } from '../../input/problems';

/** Which pages of other origins may connect. */
export interface CorsProps {
  /** Origins such as `https://app.example.com`, with scheme and without path. */
  readonly origins: readonly string[];
  /**
   * Lets the browser send cookies along, which cookie affinity across origins needs, besides `withCredentials` in the client.
   *
   * @default true
   */
  readonly credentials?: boolean;
}

/** What the controller takes; anything else it replaces by "*" without a word. */
const ORIGIN = /^https?:\/\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?$/;

export function checkCors(problems: Problems, cors: CorsProps): void {
  if (cors.origins.length === 0) problems.add('origins', 'is empty, so nobody would be let in; name at least one');
  cors.origins.forEach((origin, i) => {
    if (ORIGIN.test(origin)) return;
    problems.add(
      `origins[${i}]`,
      origin === '*'
        ? '"*" lets every page connect, and browsers refuse it together with cookies; name the origins'
        : `${shown(origin)} is not an origin; give scheme and host without a path, such as "https://app.example.com"`,
    );
  });
}

export function corsAnnotations(cors: CorsProps | undefined): Readonly<Record<string, string>> {
  if (cors === undefined) return {};
  return {
    'enable-cors': 'true',
    'cors-allow-origin': cors.origins.join(', '),
    'cors-allow-credentials': String(cors.credentials ?? true),
  };
}
