import type { Answer } from '../reach/answer';
import { engineCode } from '../reach/engine-io';
import { no, type ObservationKind, type Reading, unclear, yes } from './observation';
import { otherVersion, unserved } from './plain';
import { handshakesOrSockets } from './sockets-alone';
import type { Seen, View } from './view';
import { byApplication, byProxy, said, tally, writerOf } from './writer';

const common = { phase: 'handshake', from: 'outside', probe: 'session' } as const;

const failed = (view: View): readonly Seen<'session'>[] => view.sessions.filter(({ answer }) => answer.open === null);
const share = (view: View): number => (view.sessions.length === 0 ? 0 : failed(view).length / view.sessions.length);

/** Who sends no Origin is let in: it is the right part of the application, and particular about pages. */
const admittedWithout = (view: View): boolean =>
  view.of('origin').some(({ request, answer }) => request.origin === 'none' && answer.body?.startsWith('0{') === true);

/** All handshakes fail, and most of them in this way. */
function always(title: string, id: string, is: (answer: Answer, view: View) => boolean): ObservationKind {
  return {
    ...common,
    id,
    title,
    read(view) {
      const { firsts } = view;
      if (firsts.length === 0) return undefined;
      const words = tally(firsts.map(({ answer }) => answer));
      const so = firsts.filter(({ answer, good }) => !good && is(answer, view));
      return so.length >= 0.8 * firsts.length ? yes(words, so) : no(words, firsts);
    },
  };
}

const location = (answer: Answer): string => String(answer.headers?.location ?? '');
const LOGIN = /login|signin|sign-in|oauth|sso|auth|accounts\./i;

function redirect(answer: Answer): 'login' | 'elsewhere' | undefined {
  if (answer.status === undefined || answer.status < 300 || answer.status > 399) return undefined;
  return LOGIN.test(location(answer)) ? 'login' : 'elsewhere';
}

/** A client has to show a certificate of its own. */
function wantsCertificate({ outcome, error = '', body = '' }: Answer): boolean {
  if (outcome === 'tls') return /CERTIFICATE_REQUIRED/.test(error);
  return outcome === 'answer' && /No required SSL certificate was sent/i.test(body);
}

function guarded(answer: Answer): boolean {
  if (wantsCertificate(answer)) return true;
  if (answer.outcome !== 'answer' || writerOf(answer) === 'engine.io') return false;
  if (answer.status === 401 || answer.status === 403 || redirect(answer) === 'login') return true;
  return answer.status === 200 && /type=["']?password|<form[^>]+login/i.test(answer.body ?? '');
}

const proxied = (answer: Answer, status: number): boolean => answer.outcome === 'answer' && answer.status === status;

export const HANDSHAKE: readonly ObservationKind[] = [
  {
    ...always(
      'the path leads to Engine.IO and not to another part of the application',
      'application-answers',
      (answer, view) => byApplication(answer) && !guarded(answer) && !admittedWithout(view),
    ),
    // A server of plain WebSockets answers like this to everybody whose Upgrade was lost, too: see `answered-like-a-page`.
    over: 'socket.io',
  },
  always('some route takes the path', 'no-route', (answer) => {
    return answer.outcome === 'answer' && (answer.status === 404 || answer.status === 421) && byProxy(answer);
  }),
  {
    ...common,
    id: 'answers-elsewhere',
    over: 'socket.io',
    title: 'Engine.IO is where it was looked for',
    probe: 'elsewhere',
    read(view) {
      const seen = view.of('elsewhere').filter(({ request }) => request.change !== 'protocol 3');
      // In whatever version.
      if (view.sessions.some(({ answer }) => writerOf(answer.handshake) === 'engine.io'))
        return no('it is', view.sessions);
      if (seen.length === 0) return view.heartbeat === undefined ? undefined : no('it is');
      const found = seen.filter(({ answer }) => answer.outcome === 'answer' && writerOf(answer) === 'engine.io');
      const [first] = found;
      return first === undefined
        ? no(`not found ${seen.map(({ request }) => request.change).join(', ')} either`, seen)
        : yes(`it answers at ${first.request.path}, ${first.request.change}`, found, first.request.path);
    },
  },
  always('nobody asks for a login or refuses before Engine.IO', 'guard-answers', (answer, view) => {
    // Whoever lets in the same request without an Origin does not guard, but compares origins.
    const without = view.of('websocket').filter(({ request }) => request.origin === 'none');
    if (without.some((one) => one.answer.handshake.status === 101)) return false;
    // Nor does an application that has a page for everybody, and refuses WebSockets.
    return guarded(answer) && !(answer.status === 403 && unserved(view).length > 0);
  }),
  {
    ...always(
      'the address is the one that answers, and does not send elsewhere',
      'redirected',
      (a) => redirect(a) === 'elsewhere',
    ),
    read: (view) =>
      handshakesOrSockets(
        view,
        (answer) => redirect(answer) === 'elsewhere',
        (answer) => `, to ${location(answer) || 'nowhere'}`,
      ),
  },
  always('the query arrives with the request', 'query-missing', (answer, view) => {
    // Whoever greets over a WebSocket was told of it, and knows only that transport.
    const greeted = view.of('websocket').some((one) => one.answer.open !== null);
    return engineCode(answer.body) === 0 && !greeted;
  }),
  {
    ...common,
    id: 'other-protocol',
    title: 'client and server speak the same version of the protocol',
    read(view) {
      const { sessions, firsts } = view;
      if (view.asked.protocol === 'websocket') {
        const old = firsts.filter(({ answer }) => otherVersion(answer));
        if (firsts.length === 0) return undefined;
        return old.length < 0.8 * firsts.length
          ? no('version 13', firsts)
          : yes(
              `the server takes WebSockets of version ${old[0]?.answer.headers?.['sec-websocket-version']} and not of 13`,
              old,
            );
      }
      if (sessions.length === 0) return undefined;
      const so = sessions.filter(
        ({ answer }) => engineCode(answer.handshake.body) === 5 || /^\d+:0\{/.test(answer.handshake.body ?? ''),
      );
      if (so.length < 0.8 * sessions.length) return no('version 4', sessions);
      const [first] = so;
      return yes(
        engineCode(first?.answer.handshake.body) === 5
          ? 'the server says that it does not speak the version it was asked in (code 5)'
          : 'the server answers in the framing of version 3 (Socket.IO 2)',
        so,
      );
    },
  },
  always('a server stands behind the balancer', 'unavailable', (answer) => proxied(answer, 503)),
  {
    ...always('the proxy reaches the server', 'bad-gateway', (answer) => proxied(answer, 502)),
    read: (view) => handshakesOrSockets(view, (answer) => proxied(answer, 502)),
  },
  always('an answer comes in time', 'no-answer', (answer) => answer.outcome === 'timeout' || proxied(answer, 504)),
  always('the server does not fail by itself', 'server-error', (answer) => proxied(answer, 500)),
  {
    ...common,
    id: 'fails-sometimes',
    title: 'handshakes succeed always or never',
    statistical: true,
    read(view) {
      const { sessions, firsts } = view;
      if (view.asked.protocol === 'websocket') {
        const none = firsts.filter(
          ({ good, answer }) => !good && answer.status !== 429 && answer.outcome !== 'stopped',
        );
        if (firsts.length < 8) return undefined;
        const words = tally(firsts.map(({ answer }) => answer));
        if (none.length === 0 || none.length >= 0.9 * firsts.length) return no(words, firsts);
        return none.length < 2 ? unclear(words, none) : yes(words, none);
      }
      if (sessions.length < 8) return undefined;
      const bad = failed(view).filter(({ answer }) => answer.handshake.status !== 429);
      const rate = bad.length / sessions.length;
      const words = `${bad.length} of ${sessions.length} handshakes: ${tally(bad.map(({ answer }) => answer.handshake))}`;
      if (bad.length === 0) return no(`${sessions.length} of ${sessions.length} handshakes`, sessions);
      if (rate >= 0.8) return no('they fail always', bad);
      if (bad.length < 2) return unclear(words, bad);
      const slow = view.of('session').filter(({ request }) => request.slow === true);
      if (slow.length >= 8 && slow.every(({ answer }) => answer.open !== null))
        return no(`${words}; none of ${slow.length} at a walking pace`, slow);
      return yes(words, bad, Math.round(rate * 100) / 100);
    },
  },
  {
    ...common,
    id: 'refused-in-bursts',
    title: 'many handshakes from one address are answered like few',
    statistical: true,
    read(view) {
      const { sessions } = view;
      const bad = failed(view);
      const limited = view.firsts.filter(({ answer }) => answer.status === 429);
      if (limited.length >= 2) return yes(`${limited.length} of ${view.firsts.length} handshakes: 429`, limited);
      if (sessions.length < 8) return undefined;
      const slow = view.of('session').filter(({ request }) => request.slow === true);
      if (bad.length < 2 || share(view) >= 1) return no('they are', sessions);
      if (slow.length < 8) return unclear('not tried slowly', bad);
      const calm = slow.every(({ answer }) => answer.open !== null);
      const words = `${bad.length} of ${sessions.length} handshakes at full pace: ${tally(bad.map(({ answer }) => answer.handshake))}`;
      return calm ? yes(`${words}; 0 of ${slow.length} at five a second`, [...bad, ...slow]) : no(words, slow);
    },
  },
  {
    ...common,
    id: 'same-session-twice',
    over: 'socket.io',
    title: 'every handshake makes a session of its own',
    read(view) {
      const opened = view.of('session').filter(({ answer }) => answer.open !== null);
      if (opened.length < 2) return undefined;
      const names = opened.map(({ answer }) => answer.open?.sid);
      const twice = opened.filter((_one, i) => names.indexOf(names[i]) !== i || names.lastIndexOf(names[i]) !== i);
      return twice.length === 0
        ? no(`${opened.length} handshakes, ${opened.length} sessions`, opened)
        : yes(`${opened.length} handshakes gave only ${new Set(names).size} sessions`, twice);
    },
  },
  {
    ...common,
    id: 'cache-headers',
    over: 'socket.io',
    title: 'no cache says that it answered',
    read(view) {
      const opened = view.of('session').filter(({ answer }) => answer.open !== null);
      if (opened.length === 0) return undefined;
      const hit = opened.filter(({ answer: { handshake } }) => {
        const { headers = {} } = handshake;
        return (
          Number(headers.age ?? 0) > 0 ||
          /hit/i.test(String(headers['x-cache'] ?? headers['cf-cache-status'] ?? headers['x-proxy-cache'] ?? ''))
        );
      });
      return hit.length === 0
        ? no('none does', opened)
        : yes(`${hit.length} of ${opened.length} handshakes came from a cache`, hit);
    },
  },
  {
    ...common,
    id: 'invented-reaches',
    title: 'a balancer that refuses new sessions refuses all requests',
    probe: 'invented',
    read(view) {
      const seen = view.of('invented');
      if (seen.length === 0 || view.sessions.length === 0) return undefined;
      const reached = seen.filter(({ answer }) => engineCode(answer.body) === 1);
      const turnedAway = view.sessions.filter(({ answer }) => answer.handshake.status === 503);
      if (turnedAway.length < 0.8 * view.sessions.length) return no('new sessions are not turned away', seen);
      return reached.length === 0
        ? no(`a request with a session is answered with ${said(seen[0]?.answer as Answer)}`, seen)
        : yes(
            'a request with a session reaches the server, which does not know it; a request without is turned away',
            reached,
          );
    },
  },
  {
    ...common,
    phase: 'headers',
    id: 'origin-refused',
    title: 'the page’s origin is let in',
    probe: 'origin',
    read: (view) => originRefused(view),
  },
];

function originRefused(view: View): Reading | undefined {
  if (view.asked.protocol === 'websocket') {
    const seen = view.of('websocket');
    const own = seen.filter(({ request }) => request.origin === undefined);
    const none = seen.filter(({ request }) => request.origin === 'none');
    if (own.length === 0 || none.length === 0) return undefined;
    const open = (list: readonly Seen<'websocket'>[]) => list.every(({ answer }) => answer.handshake.status === 101);
    const refused = own.every(({ answer }) => answer.handshake.status !== 101);
    return refused && open(none)
      ? yes(`with Origin ${view.asked.origin}: ${said(own[0]?.answer.handshake as Answer)}; without: 101`, seen)
      : no('it makes no difference', seen);
  }
  const seen = view.of('origin');
  const get = seen.filter(({ request }) => request.method === 'GET');
  const own = get.filter(({ request }) => request.origin === 'own');
  const none = get.filter(({ request }) => request.origin === 'none');
  const [first] = own;
  if (first === undefined || none.length === 0) return undefined;
  const works = (one: Seen<'origin'>) => one.answer.body?.startsWith('0{') === true;
  const admitted = own.find(works);
  if (admitted === undefined) {
    // All sessions were asked for with this Origin: one that opened speaks for it.
    if (view.sessions.some(({ answer }) => answer.open !== null)) return no('others with it are let in', view.sessions);
    return none.every(works)
      ? yes(`with Origin ${view.asked.origin}: ${said(first.answer)}; without: 200`, get)
      : unclear('handshakes fail without an Origin too', get);
  }
  if (new URL(view.asked.url.replace(/^ws/, 'http')).origin === view.asked.origin)
    return no(`${view.asked.origin} is let in`, own);
  const allowed = String(admitted.answer.headers?.['access-control-allow-origin'] ?? '');
  if (allowed === '*' || allowed === view.asked.origin) return no(`Access-Control-Allow-Origin: ${allowed}`, own);
  return yes(
    `a page of ${view.asked.origin} may not read the answer: Access-Control-Allow-Origin is ${allowed === '' ? 'missing' : allowed}`,
    own,
  );
}
