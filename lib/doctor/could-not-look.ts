import type { Recording } from './evidence';
import { untrusted } from './facts/path';
import { AS_SOCKET_IO, quoted } from './facts/plain';
import type { View } from './facts/view';
import { PLAIN_SERVER } from './facts/websocket';
import { tally, wordless, writerOf } from './facts/writer';
import { type Answer, NAME_LATER, NAME_TIMEOUT } from './reach/answer';

/** Why nothing could be looked at. */
export function couldNotLook(view: View, { ended, asked }: Recording): string | undefined {
  if (asked.cluster?.refused !== undefined) return asked.cluster.refused;
  // What the cluster shows counts, whether the edge can be reached from here or not.
  if (view.live !== undefined) return undefined;
  const [lookup] = view.of('lookup');
  const host = new URL(view.asked.url).host;
  if (lookup?.answer.error === NAME_TIMEOUT)
    return `nobody said within ${(lookup.took / 1000).toFixed(1)} s where ${lookup.request.host} is: does this machine's DNS answer?`;
  if (lookup?.answer.error === NAME_LATER)
    return `DNS could not say for the time being where ${lookup.request.host} is (${NAME_LATER}): can this machine's name server be reached, and does it reach those that know the name? Look again in a minute`;
  if (lookup?.answer.error !== undefined)
    return `there is no host ${lookup.request.host} (${lookup.answer.error}): is the name right, and does this machine's DNS know it?`;
  const addresses = view.of('address');
  if (addresses.length > 0 && addresses.every(({ answer }) => answer.outcome !== 'connected')) {
    const [first] = addresses;
    const { outcome, error = '', taken } = first?.answer ?? {};
    if (outcome === 'tls') return `${host} ${tlsSaid(error)}`;
    if (taken === true)
      return `${host} takes connections and says nothing in TLS: is it http at this port, or does the process hang that took them?`;
    return `${host} ${connectionSaid(outcome)}`;
  }
  const issuer = addresses.find(({ answer }) => {
    const problem = answer.tls?.problem ?? null;
    return problem !== null && untrusted(problem);
  })?.answer.tls;
  if (issuer !== undefined)
    return `the certificate of ${host} was issued by ${issuer.issuer || 'somebody without a name'}, whom this machine does not trust (${issuer.problem}); where that is your own authority, give its certificate with --ca <file.pem>${issuer.problem === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' ? '; where it is a public one, the server does not send the certificates between, and clients that do not look for them fail' : ''}`;
  if (addresses.length === 0)
    return ended.ended === 'interrupted' ? 'interrupted before anything was seen' : 'nothing was seen';
  return undefined;
}

/** Where nobody was ever let in, that nothing speaks for a cause is no clean bill. */
export function neverServed(view: View): string | undefined {
  const firsts = view.firsts.filter(({ answer }) => answer.outcome !== 'stopped');
  if (view.live !== undefined || firsts.length === 0 || firsts.some(({ good }) => good)) return undefined;
  const { host } = new URL(view.asked.url);
  const words = `${host} takes connections, and no handshake succeeded (${tally(firsts.map(({ answer }) => answer))})`;
  return `${words}; ${hint(view, firsts) ?? 'no cause is known that looks like this'}`;
}

/** Where another address was meant. */
function hint(view: View, firsts: View['firsts']): string | undefined {
  const bodies = firsts.map(({ answer }) => answer.body ?? '');
  if (
    bodies.some((body) =>
      /plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server|plain HTTP to an SSL/i.test(body),
    )
  )
    return 'TLS is spoken at this port: give the address with https:// or wss://';
  const words = socketIoSaid(view, firsts);
  if (words !== undefined) return words;
  if (firsts.every(({ answer }) => answer.error?.startsWith('HPE_') === true)) return 'is the port right?';
  if (firsts.every(({ answer }) => wordless(answer)))
    return 'what took the request could not read it: does something on the way put another protocol before it (PROXY), or speak HTTP/2 to it?';
  if (firsts.every(({ answer }) => answer.outcome === 'reset' || answer.outcome === 'closed'))
    return 'does it expect TLS, or a balancer that speaks before the client (PROXY)?';
  const [text = ''] = firsts.map(({ answer }) => quoted(answer)).filter((one) => one !== '');
  return text === '' ? undefined : `it says${text}, and no cause is known that looks like this`;
}

/** What is said where plain WebSockets were looked for, and Socket.IO is spoken. */
function socketIoSaid(view: View, firsts: View['firsts']): string | undefined {
  if (view.asked.protocol !== 'websocket') return undefined;
  const found = view.of('elsewhere').find((one) => one.request.change === AS_SOCKET_IO && spoken(one.answer));
  const path =
    found?.request.path ?? (firsts.some(({ answer }) => spoken(answer)) ? new URL(view.asked.url).pathname : undefined);
  if (path === undefined) return undefined;
  const { host, protocol } = new URL(view.asked.url);
  return `Socket.IO is spoken at ${path}: look with ${protocol.replace('ws', 'http')}//${host}${path}`;
}

const spoken = (answer: Answer): boolean => writerOf(answer) === 'engine.io';

/** Where what was found may be another protocol than the one that was asked for. */
export function otherProtocol(view: View, unclear: readonly string[]): string | undefined {
  const { url } = view.asked;
  const socketIo = view.firsts.some(({ good }) => good) ? undefined : socketIoSaid(view, view.firsts);
  if (socketIo !== undefined) return socketIo;
  return unclear.includes(PLAIN_SERVER)
    ? `${PLAIN_SERVER}, as with a server of plain WebSockets: if it is one, look with ${url.replace(/^http/, 'ws')} --protocol websocket`
    : undefined;
}

function tlsSaid(error: string): string {
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(error))
    return `speaks no version of TLS that this machine speaks (${error}); browsers take 1.2 and 1.3 only`;
  if (/WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST|RECORD/.test(error))
    return `does not speak TLS (${error}); is it http?`;
  return `ends the TLS handshake (${error}): does it want a certificate of the client, or a cipher or a name that it was not given?`;
}

function connectionSaid(outcome: string | undefined): string {
  if (outcome === 'refused') return 'refuses connections: is the port right, and is anything listening?';
  if (outcome === 'timeout') return 'does not answer: is there a firewall between here and there?';
  if (outcome === 'unreachable') return 'cannot be reached from here: there is no route to it';
  return `cannot be connected to (${outcome})`;
}
