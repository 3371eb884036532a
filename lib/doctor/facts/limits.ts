import { no, type ObservationKind, unclear, yes } from './observation';
import { said, tally } from './writer';

const common = { phase: 'handshake', from: 'outside' } as const;

/** A server's own limit below this is a mistake: a message of an ordinary application is larger. */
const LEAST_PAYLOAD = 8192;

export const LIMITS: readonly ObservationKind[] = [
  {
    ...common,
    id: 'body-refused',
    over: 'socket.io',
    title: 'messages of every size that the server permits arrive',
    probe: 'body',
    read(view) {
      const max = view.heartbeat?.maxPayload;
      if (max !== undefined && max < LEAST_PAYLOAD)
        return yes(`the server takes at most ${max} bytes (maxHttpBufferSize)`, view.sessions.slice(0, 1));
      const seen = view.of('body');
      if (seen.length === 0) return undefined;
      const refused = seen.filter(({ answer }) => answer.status === 413 || answer.status === 431);
      const passed = seen.filter(({ answer }) => answer.status === 200).map(({ request }) => request.bytes);
      const [first] = refused;
      if (first !== undefined)
        return yes(
          `a message of ${first.request.bytes} bytes is refused: ${said(first.answer)}${max === undefined ? '' : `; the server says it takes ${max}`}`,
          refused,
          first.request.bytes,
        );
      return passed.length === 0
        ? unclear(tally(seen.map(({ answer }) => answer)), seen)
        : no(`up to ${Math.max(...passed)} bytes`, seen);
    },
  },
  {
    ...common,
    id: 'refused-above',
    title: 'as many sockets open as come',
    probe: 'crowd',
    read(view) {
      const seen = view.of('crowd');
      const opened = seen.flatMap(({ answer }) => answer.opened);
      if (opened.length < 20) return undefined;
      const good = opened.filter(({ status, greeted }) => status === 101 && greeted);
      const bad = opened.filter(
        ({ status, greeted, outcome }) => (status !== 101 || !greeted) && status !== 429 && outcome !== 'stopped',
      );
      if (bad.length === 0) return no(`${opened.length} of ${opened.length} at once`, seen);
      // Below the ceiling all are let in, above it nearly none.
      const first = opened.findIndex((one) => bad.includes(one));
      const after = opened.slice(first);
      const words = `${good.length} of ${opened.length} open at once, then ${tally(bad)}`;
      const later = after.filter((one) => bad.includes(one)).length / after.length;
      if (first >= 4 && bad.length >= 3 && later >= 0.75) return yes(words, seen, good.length);
      return bad.length < 3 ? unclear(words, seen) : no(`${words}, not in that order`, seen);
    },
  },
  {
    ...common,
    id: 'heartbeat-odd',
    over: 'socket.io',
    title: 'the heartbeat is one that people choose on purpose',
    probe: 'session',
    read(view) {
      const { heartbeat } = view;
      if (heartbeat === undefined) return undefined;
      const { pingInterval, pingTimeout } = heartbeat;
      const words = `pings each ${pingInterval} ms, ${pingTimeout} ms to answer`;
      const odd = pingInterval < 1000 || pingTimeout < 1000 || pingInterval > 300_000 || pingTimeout > 600_000;
      return odd ? yes(words, view.sessions.slice(0, 1), pingInterval) : no(words, view.sessions.slice(0, 1));
    },
  },
];
