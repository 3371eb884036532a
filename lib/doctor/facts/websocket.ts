import { type Answer, NOT_ACCEPTED } from '../reach/answer';
import { engineCode } from '../reach/engine-io';
import { no, type ObservationKind, unclear, yes } from './observation';
import { lostItsUpgrade, unserved } from './plain';
import type { View } from './view';
import { tally } from './writer';

const common = { phase: 'handshake', from: 'outside', probe: 'websocket' } as const;

const direct = (view: View) => view.of('websocket').filter(({ request }) => request.origin === undefined);

/** Answered with 101 by somebody who has not read the key. */
const unread = ({ outcome, error }: Answer): boolean => outcome === 'failed' && error === NOT_ACCEPTED;

/** What a server of plain WebSockets looks like to whoever speaks Socket.IO. */
export const PLAIN_SERVER = 'a WebSocket opens and says nothing, and no handshake is answered over HTTP';

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
      if (view.asked.protocol === 'websocket' && unserved(view).length > 0)
        return unclear(`${words}: the server saw no Upgrade, or has nothing for one at this path`, seen);
      return no(words, seen);
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
      if (open.length > 0 || seen.every(({ answer }) => unread(answer.handshake))) return no(words, seen);
      if (!view.sessions.some(({ answer }) => answer.open !== null))
        return unclear(`${words}; nor does any handshake`, seen);
      return yes(words, seen);
    },
  },
  {
    ...common,
    id: 'transport-refused',
    title: 'the server takes the transport that clients begin with',
    over: 'socket.io',
    read(view) {
      const seen = direct(view);
      const { sessions } = view;
      if (seen.length === 0 || sessions.length === 0) return undefined;
      const greeted = seen.filter(({ answer }) => answer.open !== null);
      const unknown = (answer: Answer) => engineCode(answer.body) === 0;
      if (greeted.length > 0 && sessions.every(({ answer }) => unknown(answer.handshake)))
        return yes(
          'the server knows no HTTP long-polling (code 0), with which clients begin; a WebSocket it takes',
          sessions,
        );
      const polling = sessions.some(({ answer }) => answer.open !== null);
      if (polling && seen.every(({ answer }) => unknown(answer.handshake)))
        return yes('the server knows no WebSocket (code 0), and takes HTTP long-polling', seen);
      return polling ? no('it knows both', seen) : undefined;
    },
  },
  {
    ...common,
    id: 'websocket-fails-sometimes',
    // Where a WebSocket is all there is, its failures are the handshake's.
    over: 'socket.io',
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
    read(view) {
      const seen = direct(view);
      const mute = seen.filter(({ answer }) => unread(answer.handshake));
      if (mute.length >= Math.max(2, 0.8 * seen.length))
        return yes(
          `${mute.length} of ${seen.length} were answered with 101 by somebody who had not read the request: Sec-WebSocket-Accept is no answer to its key`,
          mute,
        );
      const open = seen.filter(({ answer }) => answer.handshake.status === 101);
      if (open.length === 0) return undefined;
      if (view.asked.protocol === 'websocket') return no('it opens', open);
      if (open.every(({ answer }) => answer.silent) && !view.sessions.some(({ answer }) => answer.open !== null))
        return unclear(PLAIN_SERVER, open);
      const silent = open.filter(({ answer }) => answer.silent);
      return silent.length >= Math.max(2, 0.8 * open.length)
        ? yes(`${silent.length} of ${open.length} opened with 101, and then nothing came`, silent)
        : no('it does', open);
    },
  },
];
