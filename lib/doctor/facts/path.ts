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

/** Says that a certificate comes from somebody who is not known here, and not that anything is wrong with it. */
export const untrusted = (code: string): boolean => /^(SELF_|DEPTH_|UNABLE_|CERT_UNTRUSTED)/.test(code);

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
        (code) => !untrusted(code),
        (v, code) => {
          const tls = connected(v).find(({ answer }) => answer.tls?.problem === code)?.answer.tls;
          if (/EXPIRED/.test(code))
            return `the certificate of ${tls?.subject || 'the host'} expired on ${tls?.validTo}`;
          if (/NOT_YET/.test(code)) return `the certificate is valid from ${tls?.validFrom} only`;
          const host = new URL(v.asked.url).hostname;
          if (!/ALTNAME/.test(code)) return `the certificate is not good for a server of that name: ${code}`;
          return tls?.names === ''
            ? `the certificate names ${tls.subject} as its subject (CN) alone, and no name at which it may be used; browsers read no other`
            : `the certificate is for ${tls?.names}, not for ${host}`;
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
        untrusted,
        (v, code) =>
          `the certificate was issued by ${connected(v)[0]?.answer.tls?.issuer || 'somebody without a name'}: ${code}`,
      ),
  },
  {
    ...common,
    phase: 'handshake',
    id: 'says-nothing',
    title: 'whoever takes the connections reads what is sent',
    probe: 'silence',
    read(view) {
      const seen = view.of('nonsense');
      const { firsts } = view;
      if (firsts.some(({ answer }) => answer.outcome === 'answer' && answer.status !== 504))
        return no('requests are answered', firsts);
      const heard = seen.filter(({ answer }) => answer.outcome !== 'timeout');
      const [first] = seen;
      if (first === undefined) return undefined;
      if (heard.length > 0)
        return no(`what is no request is answered at once: ${said(heard[0]?.answer as never)}`, heard);
      return yes(
        `the connection is taken within ${first.answer.connectMs ?? '?'} ms, and then not a byte comes, not even for what is no request`,
        seen,
      );
    },
  },
  {
    ...common,
    phase: 'handshake',
    id: 'answers-late',
    title: 'an answer that is waited for does not come late',
    probe: 'silence',
    read(view) {
      const { firsts } = view;
      if (firsts.some(({ answer }) => answer.outcome === 'answer' && answer.status !== 504))
        return no('answers come', firsts);
      const [one] = view.of('patience');
      if (one === undefined) return undefined;
      const took = (one.took / 1000).toFixed(1);
      if (one.answer.outcome !== 'answer' || one.answer.status === 504)
        return unclear(`not within ${took} s either: ${said(one.answer)}`, [one]);
      return yes(`it came after ${took} s: ${said(one.answer)}`, [one], Number(took));
    },
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
