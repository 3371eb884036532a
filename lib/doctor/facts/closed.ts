import { ageOf } from './clocks';
import { codes, idle, kept, seconds } from './idle';
import { no, type ObservationKind, yes } from './observation';
import type { View } from './view';

const reasons = (view: View, refs: ReadonlySet<string>): string => {
  const said = view.of('idle').flatMap(({ ref, answer }) => (refs.has(ref) ? answer.closing.reason : []));
  const [reason = ''] = said.filter((one) => one !== '');
  return reason === '' ? '' : ` “${reason.slice(0, 80)}”`;
};

/** What the server itself ends, in order. */
export const CLOSED: readonly ObservationKind[] = [
  idle('closed-at-one-age', 'the server closes no connection because of its age', (view, lives) => {
    const framed = lives.filter(({ end, dismissed }) => end === 'frame' && !dismissed);
    const one = ageOf(framed);
    // A rollout closes each at its own age, and a server that stops closes all at one moment.
    if (one === undefined || one.lives.length < 0.8 * framed.length)
      return no(framed.length === 0 ? kept(lives) : `${framed.length} closed, at ages that differ`, lives);
    const refs = new Set(one.lives.map(({ ref }) => ref));
    const talkative = lives.filter((life) => life.chatty && !framed.includes(life) && life.age > one.seconds + 1);
    const spared =
      talkative.length > 1 && !one.lives.some(({ chatty }) => chatty)
        ? `; ${talkative.length} that talked lived on`
        : '';
    return yes(
      `${one.lives.length} of ${lives.length} sockets were closed in order (${codes(one.lives)}${reasons(view, refs)}) at an age of ${seconds(one.seconds)} ± ${one.sigma.toFixed(2)} s${spared}`,
      one.lives,
      Math.round(one.seconds * 10) / 10,
    );
  }),
];
