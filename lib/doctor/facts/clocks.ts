import type { Seen, View } from './view';

/** A socket that opened, and how it ended, in seconds. */
export interface Life {
  readonly ref: string;
  readonly socket: number;
  readonly chatty: boolean;
  readonly pongDelay: number;
  readonly opened: number;
  readonly ended: number;
  readonly age: number;
  /** Nobody had said anything for so long. */
  readonly silence: number;
  /** The server had not. */
  readonly serverSilence: number;
  readonly end: 'ours' | 'frame' | 'cut';
  readonly code: number;
  readonly dismissed: boolean;
  readonly pings: readonly number[];
  readonly pongs: readonly number[];
}

/** Engine.IO closes whoever joins no namespace after this long. @see https://socket.io/docs/v4/server-options/#connecttimeout */
const CONNECT_TIMEOUT = 45;

export function livesOf(view: View): readonly Life[] {
  return view.of('idle').flatMap((one) => lifeOf(one) ?? []);
}

function lifeOf({ ref, request, answer }: Seen<'idle'>): Life | undefined {
  const { opened, closing, heard, spoke, joined } = answer;
  if (opened === null) return undefined;
  // A socket that was never greeted was never a session.
  if (answer.open === null && closing.by === 'frame') return undefined;
  const age = (closing.at - opened) / 1000;
  // Whoever was not let into the namespace is closed by the server for that reason alone.
  if (joined !== undefined && joined !== 'yes' && closing.by !== 'us' && Math.abs(age - CONNECT_TIMEOUT) < 2)
    return undefined;
  return {
    ref,
    socket: request.socket,
    chatty: request.chatty,
    pongDelay: request.pongDelayMs / 1000,
    opened: opened / 1000,
    ended: closing.at / 1000,
    age,
    silence: (closing.at - Math.max(heard, spoke, opened)) / 1000,
    serverSilence: (closing.at - Math.max(heard, opened)) / 1000,
    end: closing.by === 'us' ? 'ours' : closing.by === 'frame' ? 'frame' : 'cut',
    code: closing.code,
    dismissed: answer.dismissed,
    pings: answer.pings.map((ms) => ms / 1000),
    pongs: answer.pongs.map((ms) => ms / 1000),
  };
}

/** Mean and standard deviation. */
export function spread(values: readonly number[]): { mean: number; sigma: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  return { mean, sigma: Math.sqrt(variance) };
}

/** How far apart values of one clock may lie: the network's jitter, and a little of the value. */
const tight = (mean: number): number => Math.max(0.15, 0.03 * mean);

export type Clock = 'age' | 'silence' | 'moment';

/** Closes that one clock explains. */
export interface Explained {
  readonly clock: Clock;
  readonly seconds: number;
  readonly sigma: number;
  readonly lives: readonly Life[];
  /** Sockets that the clock would have ended as well, and did not. */
  readonly survivors: readonly Life[];
}

/**
 * Which clock the cuts agree on: a lifetime ends quiet and talkative sockets at one age, an idle timeout ends quiet ones after one
 * silence, a death or a reload ends many at one moment.
 */
export function explain(lives: readonly Life[]): readonly Explained[] {
  const cuts = lives.filter(({ end }) => end === 'cut');
  const found: Explained[] = [];
  const age = byAge(lives, cuts);
  if (age !== undefined) found.push(age);
  const rest = age === undefined ? cuts : cuts.filter((life) => !age.lives.includes(life));
  const silence = bySilence(lives, rest);
  if (silence !== undefined) found.push(silence);
  const open = silence === undefined ? rest : rest.filter((life) => !silence.lives.includes(life));
  return [...found, ...bursts(lives, open)];
}

/** Ends that agree on an age, and not on a moment. */
export function ageOf(
  ends: readonly Life[],
): { readonly lives: readonly Life[]; readonly seconds: number; readonly sigma: number } | undefined {
  const group = tightest(ends, (life) => life.age);
  if (group.length < 3) return undefined;
  const { mean, sigma } = spread(group.map((life) => life.age));
  const moment = spread(group.map((life) => life.ended));
  // Opened one after the other, they would share a moment only if that were the cause.
  return moment.sigma <= 2 * sigma ? undefined : { lives: group, seconds: mean, sigma };
}

function byAge(lives: readonly Life[], cuts: readonly Life[]): Explained | undefined {
  const one = ageOf(cuts);
  if (one === undefined) return undefined;
  const { lives: group, seconds: mean, sigma } = one;
  const survivors = lives.filter((life) => life.age > mean + 3 * tight(mean) + 0.2);
  // Who had not talked for most of its life proves nothing: silence may have ended it as well.
  const talkative = group.filter((life) => life.chatty && life.silence < life.age / 2).length;
  const surviving = survivors.filter((life) => life.chatty).length;
  if (talkative < 2 || surviving > talkative) return undefined;
  return { clock: 'age', seconds: mean, sigma, lives: group, survivors };
}

/** A process that dies, or a proxy, ends all its sockets within this. */
const AT_ONCE = 0.25;

function bySilence(lives: readonly Life[], cuts: readonly Life[]): Explained | undefined {
  const talkative = cuts.filter(({ chatty }) => chatty);
  // What ends together with a socket that was talking was not ended for its silence.
  const alone = (life: Life) => !talkative.some(({ ended }) => Math.abs(ended - life.ended) < AT_ONCE);
  const group = tightest(
    cuts.filter((life) => !life.chatty && life.silence > 0.3 && alone(life)),
    (life) => life.silence,
  );
  if (group.length < 3) return undefined;
  const { mean, sigma } = spread(group.map((life) => life.silence));
  const moment = spread(group.map((life) => life.ended));
  if (moment.sigma <= 2 * sigma && moment.sigma < 0.3) return undefined;
  const survivors = lives.filter((life) => life.chatty && life.age > mean + 0.5);
  if (survivors.length === 0 || talkative.length > survivors.length) return undefined;
  return { clock: 'silence', seconds: mean, sigma, lives: group, survivors };
}

/** The largest group whose values lie close together. */
function tightest(lives: readonly Life[], value: (life: Life) => number): readonly Life[] {
  const sorted = [...lives].sort((a, b) => value(a) - value(b));
  let best: readonly Life[] = [];
  for (let from = 0; from < sorted.length; from += 1) {
    const start = value(sorted[from] as Life);
    const group = sorted.slice(from).filter((life) => value(life) - start <= 3 * tight(start));
    if (group.length > best.length) best = group;
  }
  return best;
}

/** Several ends within one second. */
const TOGETHER = 1;

export function bursts(lives: readonly Life[], ends: readonly Life[]): readonly Explained[] {
  const sorted = [...ends].sort((a, b) => a.ended - b.ended);
  const found: Explained[] = [];
  let from = 0;
  while (from < sorted.length) {
    const start = (sorted[from] as Life).ended;
    const group = sorted.filter((life) => life.ended >= start && life.ended <= start + TOGETHER);
    if (group.length >= 3) {
      const { mean, sigma } = spread(group.map((life) => life.ended));
      const survivors = lives.filter((life) => life.opened < start - 0.1 && life.ended > start + TOGETHER);
      found.push({ clock: 'moment', seconds: mean, sigma, lives: group, survivors });
    }
    from += group.length;
  }
  return found;
}
