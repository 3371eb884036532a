import { no, type ObservationKind, type Reading, unclear, yes } from './observation';
import type { View } from './view';
import { said } from './writer';

const common = { phase: 'environment', from: 'outside' } as const;

function connected(view: View) {
  return view.of('address').filter(({ answer }) => answer.outcome === 'connected');
}

function certificates(
  view: View,
  problem: (code: string) => boolean,
  words: (view: View, code: string) => string,
): Reading | undefined {
  const seen = connected(view).filter(({ answer }) => answer.tls !== undefined);
  if (seen.length === 0)
    return /^(http|ws):/.test(view.asked.url) && connected(view).length > 0
      ? no('there is no TLS', connected(view))
      : undefined;
  const bad = seen.filter(({ answer }) => answer.tls?.problem != null && problem(answer.tls.problem));
  if (bad.length === 0) return no(`valid until ${seen[0]?.answer.tls?.validTo}`, seen);
  return yes(words(view, bad[0]?.answer.tls?.problem as string), bad);
}

/** What is wrong with an address or a certificate. */
export const PATH: readonly ObservationKind[] = [
  {
    ...common,
    id: 'address-dead',
    title: 'every address of the name answers',
    probe: 'address',
    read(view) {
      const all = view.of('address');
      if (all.length === 0) return undefined;
      const dead = all.filter(({ answer }) => answer.outcome !== 'connected');
      if (dead.length === 0) return no(`${all.map(({ request }) => request.address).join(', ')}`, all);
      if (dead.length === all.length) return unclear('no address answers', all);
      const words = dead.map(({ request, answer }) => `${request.address}: ${said(answer as never)}`);
      return yes(`${words.join('; ')}; the other ${all.length - dead.length} answer`, dead);
    },
  },
  {
    ...common,
    id: 'certificate-bad',
    title: 'the certificate is valid and names the host',
    probe: 'address',
    read: (view) =>
      certificates(
        view,
        (code) => /EXPIRED|ALTNAME|NOT_YET/.test(code),
        (v, code) => {
          const tls = connected(v).find(({ answer }) => answer.tls?.problem === code)?.answer.tls;
          if (/EXPIRED/.test(code))
            return `the certificate of ${tls?.subject || 'the host'} expired on ${tls?.validTo}`;
          if (/NOT_YET/.test(code)) return `the certificate is valid from ${tls?.validFrom} only`;
          return `the certificate is for ${tls?.names || tls?.subject}, not for ${new URL(v.asked.url).hostname}`;
        },
      ),
  },
  {
    ...common,
    id: 'certificate-untrusted',
    title: 'the certificate comes from somebody whom this machine trusts',
    probe: 'address',
    read: (view) =>
      certificates(
        view,
        (code) => !/EXPIRED|ALTNAME|NOT_YET/.test(code),
        (v, code) =>
          `the certificate was issued by ${connected(v)[0]?.answer.tls?.issuer || 'somebody without a name'}: ${code}`,
      ),
  },
  {
    ...common,
    phase: 'headers',
    id: 'http2-without-websocket',
    title: 'WebSockets have a way in whatever HTTP version is chosen',
    probe: 'http2',
    read(view) {
      const seen = view.of('http2');
      const [one] = seen;
      if (one === undefined)
        return /^(http|ws):/.test(view.asked.url) && connected(view).length > 0
          ? no('HTTP/1.1, without TLS', connected(view))
          : undefined;
      const { alpn, http1, connectProtocol, connect, error } = one.answer;
      const { firsts } = view;
      const speechless =
        firsts.length > 0 && firsts.every(({ answer }) => ['closed', 'reset', 'tls'].includes(answer.outcome));
      if (one.answer.status === 200 && speechless)
        return yes('HTTP/2 is answered, and HTTP/1.1, which a WebSocket needs, is hung up on', seen);
      if (!http1 && alpn === 'h2') return yes('only HTTP/2 is accepted; a WebSocket over HTTP/1.1 has no way in', seen);
      if (!http1) return unclear(`TLS fails: ${error ?? 'no protocol in common'}`, seen);
      if (connectProtocol === true && (connect?.status ?? 0) !== 200) {
        const what = connect?.status === undefined ? (connect?.error ?? 'nothing') : connect.status;
        return yes(`the server offers WebSockets over HTTP/2 (RFC 8441), and answers one with ${what}`, seen);
      }
      return no(alpn === 'h2' ? 'HTTP/2 for pages, HTTP/1.1 for WebSockets' : 'HTTP/1.1', seen);
    },
  },
];
