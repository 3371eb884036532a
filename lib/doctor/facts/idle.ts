import { ageOf, bursts, type Explained, explain, type Life, livesOf } from './clocks';
import { no, type ObservationKind, type Reading, unclear, yes } from './observation';
import type { View } from './view';
import { blind, heldUp, watchOf } from './watching-machine';
import { said, tally } from './writer';

const plainly = { phase: 'handshake', from: 'outside', probe: 'idle' } as const;
const common = { ...plainly, statistical: true } as const;

export const seconds = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;

export function idle(
  id: string,
  title: string,
  read: (view: View, lives: readonly Life[]) => Reading,
): ObservationKind {
  return {
    ...common,
    id,
    title,
    read(view) {
      const lives = livesOf(view);
      if (lives.length < 3) return undefined;
      const why = blind(view);
      return why === undefined ? read(view, lives) : unclear(why, lives);
    },
  };
}

export const kept = (lives: readonly Life[]): string => {
  const open = lives.filter(({ end }) => end === 'ours').length;
  const others = open === lives.length ? '' : '; the others did not end so';
  return `${open} of ${lives.length} sockets stayed open${others}`;
};

const by = (lives: readonly Life[], clock: Explained['clock']) => explain(lives).filter((one) => one.clock === clock);

const inTalk = (lives: readonly Life[]): string => {
  const chatty = lives.filter((life) => life.chatty).length;
  return `${lives.length - chatty} quiet, ${chatty} talkative`;
};

export const IDLE: readonly ObservationKind[] = [
  idle('cut-at-one-age', 'no socket is ended because of its age', (_view, lives) => {
    const [one] = by(lives, 'age');
    if (one === undefined) return no(kept(lives), lives);
    return yes(
      `${one.lives.length} sockets (${inTalk(one.lives)}) ended without a close frame at an age of ${seconds(one.seconds)} ± ${one.sigma.toFixed(2)} s`,
      one.lives,
      Math.round(one.seconds * 10) / 10,
    );
  }),
  idle('cut-at-one-silence', 'no socket is ended because nothing was said', (_view, lives) => {
    const [one] = by(lives, 'silence');
    if (one === undefined) return no(kept(lives), lives);
    return yes(
      `${one.lives.length} quiet sockets ended without a close frame after ${seconds(one.seconds)} ± ${one.sigma.toFixed(2)} s of silence; ${one.survivors.length} talkative ones lived on`,
      one.lives,
      Math.round(one.seconds * 10) / 10,
    );
  }),
  idle('some-end-together', 'sockets do not end together', (_view, lives) => {
    const groups = by(lives, 'moment').filter(({ survivors }) => survivors.length >= 2);
    const [one] = groups;
    if (one === undefined) return no(kept(lives), lives);
    const refs = groups.flatMap((group) => group.lives);
    return yes(
      groups
        .map(
          (group) =>
            `${group.lives.length} sockets ended without a close frame within ${spreadOf(group)} while ${group.survivors.length} lived on`,
        )
        .join('; '),
      refs,
      groups.length,
    );
  }),
  idle('ends-together-again', 'what ends together does so once at most', (_view, lives) => {
    const groups = by(lives, 'moment');
    if (groups.length < 2) return no(groups.length === 0 ? kept(lives) : 'once', lives);
    return yes(
      `${groups.length} times within ${seconds(Math.max(...groups.map((one) => one.seconds)) - Math.min(...groups.map((one) => one.seconds)))}`,
      groups.flatMap((group) => group.lives),
      groups.length,
    );
  }),
  idle('all-end-together', 'not all sockets end at one moment', (_view, lives) => {
    const one = by(lives, 'moment').find(({ survivors }) => survivors.length < 2);
    if (one === undefined) return no(kept(lives), lives);
    const ages = one.lives.map(({ age }) => age);
    return yes(
      `all ${one.lives.length} sockets that were open ended without a close frame within ${spreadOf(one)}, at ages from ${seconds(Math.min(...ages))} to ${seconds(Math.max(...ages))}`,
      one.lives,
    );
  }),
  idle('closed-together', 'a server that stops closes its sockets one after the other', (_view, lives) => {
    const framed = lives.filter(({ end, dismissed }) => end === 'frame' && !dismissed);
    // Closed at one age, they share a moment where they were opened within it.
    const aged = ageOf(framed)?.lives.length ?? 0;
    if (aged > 0 && aged >= 0.8 * framed.length) return no(`${framed.length} closed, at one age`, lives);
    // Closed over a while, as a paced drain does, some fall into one second by chance.
    const one = bursts(lives, framed).find((group) => group.lives.length >= 0.6 * framed.length);
    if (one === undefined)
      return no(framed.length === 0 ? kept(lives) : `${framed.length} closed, each at its time`, lives);
    return yes(
      `${one.lives.length} sockets were closed in order (${codes(one.lives)}) within ${spreadOf(one)}`,
      one.lives,
      one.lives.length,
    );
  }),
  idle('told-to-stay-away', 'clients that are closed may come back', (_view, lives) => {
    const dismissed = lives.filter((life) => life.dismissed);
    if (dismissed.length === 0) return no('nobody was told to stay away', lives);
    return yes(
      `${dismissed.length} clients got the packet that disconnects (41) and would not come back by themselves`,
      dismissed,
    );
  }),
  idle('pings-late', 'pings come when they are due', (view, lives) => {
    const { heartbeat } = view;
    if (heartbeat === undefined) return unclear('the heartbeat is not known', lives);
    const interval = heartbeat.pingInterval / 1000;
    const all = lives.flatMap((life) =>
      lateness(life, interval).map((late, i) => {
        const came = life.pings[i] as number;
        return { ref: life.ref, late: late - heldUp(view, came - late, came) };
      }),
    );
    if (all.length === 0) return unclear('no ping was due', lives);
    const sorted = all.map(({ late }) => late).sort((a, b) => a - b);
    const usual = sorted[Math.floor(sorted.length / 2)] ?? 0;
    // The round trip and a lost packet are no late pings.
    const limit = Math.max(1.1, Math.min(usual, 0.6) * 3 + 0.8);
    const late = all.filter((one) => one.late > limit);
    const most = sorted.at(-1) ?? 0;
    if (late.length < 2) return no(`${all.length} pings, at most ${seconds(Math.max(0, most))} late`, lives);
    return yes(
      `${late.length} of ${all.length} pings came late, by up to ${seconds(most)}`,
      late,
      Math.round(most * 10) / 10,
    );
  }),
  idle('went-silent', 'a socket that is open carries what is sent', (view, lives) => {
    const { heartbeat } = view;
    if (heartbeat === undefined) return unclear('the heartbeat is not known', lives);
    const interval = heartbeat.pingInterval / 1000;
    const limit = Math.max(1.2, Math.min(10, heartbeat.pingTimeout / 2000));
    const waited = (life: Life) => {
      const late = overdue(life, interval);
      return late - heldUp(view, life.ended - late, life.ended);
    };
    const mute = lives.filter((life) => life.end === 'ours' && waited(life) > limit);
    if (mute.length < 2) return no(kept(lives), lives);
    const asked = view
      .of('trickle')
      .filter(({ at }) => at / 1000 > Math.min(...mute.map((life) => life.ended)) - limit);
    const answering = asked.filter(({ answer, took }) => answer.outcome === 'answer' && took < 1000).length;
    if (answering < asked.length * 0.8) return unclear('nobody answered at that time, not over HTTP either', mute);
    return yes(
      `${mute.length} sockets are open and dead: their pings are overdue by up to ${seconds(Math.max(...mute.map((life) => overdue(life, interval))))}, while HTTP is answered`,
      mute,
    );
  }),
  {
    ...common,
    id: 'polls-cut',
    over: 'socket.io',
    title: 'a request may wait until there is something to say',
    read(view) {
      const seen = view.of('poll');
      if (seen.length === 0) return undefined;
      const cut = seen.filter(
        ({ answer: { answer, heldMs } }) =>
          heldMs > 500 && (answer.status === 504 || answer.outcome === 'closed' || answer.outcome === 'reset'),
      );
      const [first] = cut;
      return first === undefined
        ? no(`${seen.length} polls were answered`, seen)
        : yes(
            `a poll was cut after ${seconds(first.answer.heldMs / 1000)}: ${said(first.answer.answer)}`,
            cut,
            first.answer.heldMs,
          );
    },
  },
  {
    ...common,
    id: 'answers-stall',
    title: 'small questions are answered at once',
    read(view) {
      const seen = view.of('trickle');
      if (seen.length < 3) return undefined;
      const why = blind(view);
      if (why !== undefined) return unclear(why, seen);
      const waits = seen.map(({ at, took, answer }) => ({
        took: took - 1000 * heldUp(view, at / 1000, (at + took) / 1000),
        answer,
      }));
      const sorted = waits.map(({ took }) => took).sort((a, b) => a - b);
      const usual = sorted[Math.floor(sorted.length / 4)] ?? 0;
      const slow = seen.filter((_one, i) => {
        const { took, answer } = waits[i] as (typeof waits)[number];
        return took > Math.max(1500, 5 * usual) || answer.outcome === 'timeout';
      });
      const most = seconds((sorted.at(-1) ?? 0) / 1000);
      return slow.length < 2
        ? no(`${seen.length} questions, ${most} at most`, seen)
        : yes(`${slow.length} of ${seen.length} small questions waited, up to ${most}`, slow);
    },
  },
  {
    ...common,
    id: 'service-gap',
    title: 'somebody answers all the time',
    read(view) {
      const seen = view.of('trickle');
      if (seen.length < 3) return undefined;
      const usual = said(seen[0]?.answer as never);
      const bad = seen.filter(
        ({ answer }) =>
          answer.status === 502 || answer.status === 503 || ['refused', 'reset', 'closed'].includes(answer.outcome),
      );
      if (bad.length < 2 || bad.length === seen.length) return no(`${seen.length} questions: ${usual}`, seen);
      return yes(
        `${bad.length} of ${seen.length} questions in between: ${tally(bad.map(({ answer }) => answer))}`,
        bad,
      );
    },
  },
  {
    ...common,
    id: 'new-refused-later',
    title: 'who comes later is let in as well',
    read(view) {
      const all = view.of('idle');
      if (all.length < 6) return undefined;
      const why = blind(view);
      if (why !== undefined) return unclear(why, all);
      const refused = all.filter(({ answer }) => answer.opened === null && answer.refusal?.status !== 429);
      const open = all.filter(({ answer }) => answer.opened !== null);
      return refused.length < 3 || open.length < 3
        ? no(`${open.length} of ${all.length} let in`, all)
        : yes(
            `${refused.length} of ${all.length} were refused while others lived on: ${tally(refused.flatMap(({ answer }) => answer.refusal ?? []))}`,
            refused,
          );
    },
  },
  {
    ...plainly,
    id: 'doctor-slept',
    title: 'the machine that watches is awake',
    read(view) {
      const seen = view.of('self');
      if (seen.length === 0) return undefined;
      const watch = watchOf(view);
      if (watch.state === 'behind')
        return unclear(
          `it was behind for ${Math.round(100 * watch.share)} % of the time; look again from one that has time`,
          seen,
        );
      const longest = seconds(watch.longestMs / 1000);
      if (watch.state === 'slept') return yes(`it did nothing for ${longest}`, seen);
      return watch.state === 'busy'
        ? unclear(`it was too busy to watch for ${longest}; look again from one that has time`, seen)
        : no(`never longer than ${longest} behind`, seen);
    },
  },
];

const spreadOf = ({ lives }: Explained): string => {
  const ends = lives.map(({ ended }) => ended);
  return `${(Math.max(...ends) - Math.min(...ends)).toFixed(2)} s`;
};

export const codes = (lives: readonly Life[]): string => [...new Set(lives.map(({ code }) => code))].join(', ');

/** By how much each ping came after it was due: the server pings an interval after it hears the last pong. */
export function lateness(life: Life, interval: number): readonly number[] {
  return life.pings.map((at, i) => at - ((i === 0 ? life.opened : (life.pongs[i - 1] ?? at)) + interval));
}

/** For how long a ping had been due when the socket ended. */
function overdue(life: Life, interval: number): number {
  const answered = life.pongs.length === life.pings.length;
  return answered ? life.ended - ((life.pongs.at(-1) ?? life.opened) + interval) : 0;
}
