import type { Answer } from '../reach/answer';
import { no, type Reading, yes } from './observation';
import type { View } from './view';
import { tally } from './writer';

/** Whether all handshakes are answered so, or, where they succeed, all requests for a WebSocket, which the way may treat as requests of their own. */
export function handshakesOrSockets(
  view: View,
  is: (answer: Answer) => boolean,
  more: (answer: Answer) => string = () => '',
): Reading | undefined {
  const sockets = view.of('websocket').map(({ ref, answer }) => ({ ref, answer: answer.handshake }));
  if (view.firsts.length + sockets.length === 0) return undefined;
  const served = view.firsts.some(({ good }) => good);
  const so = [view.firsts, served ? sockets : []].find(
    (some) => some.length > 0 && some.filter(({ answer }) => is(answer)).length >= 0.8 * some.length,
  );
  if (so === undefined) return no(tally(view.firsts.map(({ answer }) => answer)), view.firsts);
  return yes(`${tally(so.map(({ answer }) => answer))}${more(so[0]?.answer as Answer)}`, so);
}
