import type { Answer } from '../reach/answer';
import { no, type ObservationKind, unclear, yes } from './observation';
import type { Seen, View } from './view';
import { byApplication, tally, writerOf } from './writer';

const common = { phase: 'handshake', from: 'outside', probe: 'websocket' } as const;

const direct = (view: View) => view.of('websocket').filter(({ request }) => request.origin === undefined);

/** Engine.IO or a WebSocket server saw a request that no longer asked for a WebSocket. */
function lostItsUpgrade(answer: Answer): boolean {
  const writer = writerOf(answer);
  if (writer === 'engine.io') return answer.status === 400 && /Bad request|"code":3/.test(answer.body ?? '');
  return (
    answer.status === 426 ||
    writer === 'websocket server' ||
    (answer.status === 400 && /upgrade/i.test(answer.body ?? ''))
  );
}

/** Most of those who ask for a WebSocket are answered like those who ask for a page. */
function likePages(seen: readonly Seen<'websocket'>[]): boolean {
  const pages = seen.filter(({ answer: { handshake } }) => byApplication(handshake) && !lostItsUpgrade(handshake));
  return pages.length >= 0.8 * seen.length;
}

export const WEBSOCKET: readonly ObservationKind[] = [
  {
    ...common,
    phase: 'headers',
    id: 'upgrade-lost',
    title: 'Upgrade and Connection reach the server',
    read(view) {
      const seen = direct(view);
      if (seen.length === 0) return undefined;
      const lost = seen.filter(({ answer }) => lostItsUpgrade(answer.handshake));
      const words = tally(seen.map(({ answer }) => answer.handshake));
      if (lost.length >= seen.length / 2) return yes(`the server saw no WebSocket handshake: ${words}`, lost);
      if (view.asked.protocol === 'websocket' && likePages(seen)) {
        return unclear(`${words}: the server saw no Upgrade, or has nothing for one at this path`, seen);
      }
      return no(words, seen);
    },
  },
  {
    ...common,
    id: 'answered-like-a-page',
    title: 'who asks for a WebSocket is not answered like one who asks for a page',
    // Over Socket.IO a handshake without an upgrade says more.
    over: 'websocket',
    read(view) {
      const seen = direct(view);
      if (seen.length === 0) return undefined;
      if (seen.some(({ answer }) => lostItsUpgrade(answer.handshake))) return undefined;
      const words = tally(seen.map(({ answer }) => answer.handshake));
      return likePages(seen) ? yes(words, seen) : no(words, seen);
    },
  },
  {
    ...common,
    id: 'websocket-refused',
    title: 'a WebSocket opens where a handshake over HTTP does',
    // Where a WebSocket is all there is, its refusal is the handshake's.
    over: 'socket.io',
    read(view) {
      const seen = direct(view);
      if (seen.length === 0) return undefined;
      const open = seen.filter(({ answer }) => answer.handshake.status === 101);
      const words = tally(seen.map(({ answer }) => answer.handshake));
      if (open.length > 0) return no(words, seen);
      if (!view.sessions.some(({ answer }) => answer.open !== null))
        return unclear(`${words}; nor does any handshake`, seen);
      return yes(words, seen);
    },
  },
  {
    ...common,
    id: 'websocket-fails-sometimes',
    title: 'WebSockets open always or never',
    statistical: true,
    read(view) {
      const seen = [...direct(view).map(({ answer, ref }) => ({ ref, answer: answer.handshake }))];
      if (seen.length < 4) return undefined;
      const bad = seen.filter(({ answer }) => answer.status !== 101 && answer.status !== 429);
      const words = tally(seen.map(({ answer }) => answer));
      if (bad.length === 0 || bad.length === seen.length) return no(words, seen);
      return yes(words, bad);
    },
  },
  {
    ...common,
    id: 'upgrade-fails',
    over: 'socket.io',
    title: 'a session moves from polling to WebSocket',
    probe: 'upgrade',
    read(view) {
      const seen = view.of('upgrade').filter(({ answer }) => answer.switched !== undefined);
      if (seen.length === 0) return undefined;
      const bad = seen.filter(({ answer }) => answer.probed !== true);
      const words = seen.map(({ answer }) => answer.switched as Answer);
      if (bad.length === 0) return no(`${seen.length} of ${seen.length}`, seen);
      return bad.length < seen.length / 2
        ? unclear(`${bad.length} of ${seen.length} do not: ${tally(words)}`, bad)
        : yes(`${bad.length} of ${seen.length} do not: ${tally(words)}`, bad);
    },
  },
  {
    ...common,
    id: 'websocket-silent',
    title: 'what the server says arrives once the WebSocket is open',
    over: 'socket.io',
    read(view) {
      const open = direct(view).filter(({ answer }) => answer.handshake.status === 101);
      if (open.length === 0) return undefined;
      const silent = open.filter(({ answer }) => answer.silent);
      return silent.length >= Math.max(2, 0.8 * open.length)
        ? yes(`${silent.length} of ${open.length} opened with 101, and then nothing came`, silent)
        : no('it does', open);
    },
  },
];
