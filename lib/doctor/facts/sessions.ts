import { engineCode } from '../reach/engine-io';
import { no, type ObservationKind, unclear, yes } from './observation';
import type { Seen, View } from './view';
import { tally } from './writer';

/** What happens by chance as often as this is no sign. Half of the follow-ups are lost between two pods: of 21 it is seldom so few that this keeps a real one from being told. */
const CHANCE = 0.2;

const common = { phase: 'affinity', from: 'outside', probe: 'session', over: 'socket.io' } as const;

const unknown = ({ answer }: Seen<'session'>): boolean => engineCode(answer.followUp?.body) === 1;

/** A session that nobody answers a ping for ends after this; a follow-up that comes later says nothing of affinity. */
const expired = ({ took, answer }: Seen<'session'>): boolean =>
  answer.open !== null && took >= answer.open.pingInterval + answer.open.pingTimeout;

/** Sessions whose second request was sent while they lived. */
const followed = (list: readonly Seen<'session'>[]) =>
  list.filter((one) => one.answer.followUp !== undefined && !(unknown(one) && expired(one)));
const jar = (view: View, kind: string) =>
  followed(view.of('session').filter(({ request }) => request.jar === kind && request.slow !== true));

function loss(view: View): { rate: number; sessions: readonly Seen<'session'>[]; lost: readonly Seen<'session'>[] } {
  const sessions = followed(view.sessions);
  const lost = sessions.filter(unknown);
  return { sessions, lost, rate: sessions.length === 0 ? 0 : lost.length / sessions.length };
}

/** Whether what goes along with a request brings it back to its pod. */
export const SESSIONS: readonly ObservationKind[] = [
  {
    ...common,
    id: 'follow-ups-lost',
    title: 'requests of one session reach the same pod',
    statistical: true,
    read(view) {
      const { sessions, lost, rate } = loss(view);
      const over = view.sessions.filter((one) => unknown(one) && expired(one));
      if (sessions.length < 6)
        return over.length < 6
          ? undefined
          : unclear(`${over.length} sessions were over by their own heartbeat before the follow-up came`, over);
      const words = `${lost.length} of ${sessions.length} follow-ups lost (code 1, session unknown)`;
      if (lost.length === 0) return no(`${sessions.length} of ${sessions.length} follow-ups`, sessions);
      if (rate < 0.1) return unclear(words, lost);
      return yes(words, lost, Math.round(rate * 100) / 100);
    },
  },
  {
    ...common,
    id: 'kept-with-all-cookies',
    title: 'a browser gives back every cookie that affinity needs',
    probe: 'session-all-cookies',
    statistical: true,
    read(view) {
      const { rate, lost } = loss(view);
      if (followed(view.sessions).length < 6) return undefined;
      if (rate < 0.1) return no('no follow-up is lost', view.sessions);
      const all = jar(view, 'all');
      if (all.length < 6)
        return view.sessions.some(({ answer }) => answer.cookies.length > 0)
          ? undefined
          : no('no cookie is set', view.sessions);
      const still = all.filter(unknown);
      if (still.length > 0) return no(`with every cookie ${still.length} of ${all.length} are lost as well`, all);
      const why = view.sessions.flatMap(({ answer }) => answer.cookies).find(({ withheld }) => withheld !== undefined);
      const reason =
        view.asked.client === 'no-cookies'
          ? 'the client returns no cookies'
          : `a browser keeps the cookie ${why?.name ?? ''} back: ${why?.withheld ?? 'it does not say why'}`;
      return yes(`0 of ${all.length} lost with every cookie; ${reason}`, [...lost, ...all]);
    },
  },
  {
    ...common,
    id: 'kept-on-one-connection',
    title: 'affinity does not depend on the connection',
    probe: 'session-kept',
    statistical: true,
    read(view) {
      if (followed(view.sessions).length < 6) return undefined;
      if (loss(view).rate < 0.1) return no('no follow-up is lost', view.sessions);
      const kept = jar(view, 'kept').filter(({ answer }) => answer.reused === true);
      if (kept.length < 6) return unclear('connections are not kept', kept);
      // Cookies alone would explain it as well.
      const all = jar(view, 'all');
      if (all.length >= 6 && !all.some(unknown))
        return no('with every cookie none is lost on fresh connections either', kept);
      const lost = kept.filter(unknown);
      // Where few are lost anyway, that none of a few is lost says nothing of the connection.
      const { rate } = loss(view);
      if (lost.length === 0 && (1 - rate) ** kept.length > CHANCE)
        return unclear(
          `0 of ${kept.length} lost on kept connections, as may be where ${Math.round(rate * 100)} % are lost on fresh ones`,
          kept,
        );
      return lost.length === 0
        ? yes(`0 of ${kept.length} lost on kept connections`, kept)
        : no(`${lost.length} of ${kept.length} lost on kept connections as well`, kept);
    },
  },
  {
    ...common,
    id: 'follow-ups-fail',
    title: 'follow-ups are answered like handshakes',
    statistical: true,
    read(view) {
      const sessions = followed(view.sessions);
      if (sessions.length < 6) return undefined;
      const bad = sessions.filter(
        (one) => one.answer.followUp?.status !== 200 && !unknown(one) && one.answer.followUp?.status !== 429,
      );
      const words = `${bad.length} of ${sessions.length} follow-ups: ${tally(bad.flatMap(({ answer }) => answer.followUp ?? []))}`;
      if (bad.length === 0) return no('they are', sessions);
      return bad.length < 2 ? unclear(words, bad) : yes(words, bad, bad.length / sessions.length);
    },
  },
];
