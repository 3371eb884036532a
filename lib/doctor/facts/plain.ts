import type { Answer } from '../reach/answer';
import { no, type ObservationKind, type Reading, unclear, yes } from './observation';
import type { Seen, View } from './view';
import { said, tally, wordless, writerOf } from './writer';

const common = { phase: 'handshake', from: 'outside', over: 'websocket' } as const;

/** How the evidence calls a request for a page at the path of the WebSocket, a WebSocket at a path that nobody made, and a handshake of Socket.IO. */
export const AS_PAGE = 'as a page';
export const ANYWHERE = 'at an invented path';
export const AS_SOCKET_IO = 'as Socket.IO';

const direct = (view: View) => view.of('websocket').filter(({ request }) => request.origin === undefined);

/** Engine.IO or a WebSocket server saw a request that no longer asked for a WebSocket. */
export function lostItsUpgrade(answer: Answer): boolean {
  const writer = writerOf(answer);
  if (writer === 'engine.io') return answer.status === 400 && /Bad request|"code":3/.test(answer.body ?? '');
  if (otherVersion(answer)) return false;
  return (
    answer.status === 426 ||
    writer === 'websocket server' ||
    (answer.status === 400 && /upgrade/i.test(answer.body ?? ''))
  );
}

/** The server knows WebSockets, and none of the version that there has been since 2011. @see https://www.rfc-editor.org/rfc/rfc6455#section-4.4 */
export function otherVersion(answer: Answer): boolean {
  const versions = [answer.headers?.['sec-websocket-version'] ?? []].flat().join(',');
  return answer.outcome === 'answer' && answer.status !== 101 && versions !== '' && !/\b13\b/.test(versions);
}

const pages = (view: View): readonly Seen<'elsewhere'>[] =>
  view.of('elsewhere').filter(({ request }) => request.change === AS_PAGE);

/** How a page at this path is answered, where it always is in one way. */
function pageStatus(view: View): number | undefined {
  const statuses = new Set(pages(view).map(({ answer }) => answer.status));
  return statuses.size === 1 ? [...statuses][0] : undefined;
}

const REFUSALS = [400, 403, 404, 405, 406, 409, 410, 412, 415, 417, 422, 200];

/** Answered by the application, and not with what a server of WebSockets says of a request that is none. */
function notServed(answer: Answer, view: View): boolean {
  if (lostItsUpgrade(answer) || otherVersion(answer) || wordless(answer)) return false;
  // Hung up on, where a page is answered.
  if (answer.outcome === 'closed' || answer.outcome === 'reset') return pageStatus(view) !== undefined;
  if (answer.outcome !== 'answer' || writerOf(answer) !== 'application') return false;
  // A guard asks everybody; an application may let nobody in but those with a page.
  if (answer.status === 403) return pageStatus(view) !== undefined && pageStatus(view) !== 403;
  return REFUSALS.includes(answer.status ?? 0);
}

/** Most of those who ask for a WebSocket get none from the application. */
export function unserved(view: View): readonly Seen<'websocket'>[] {
  const seen = direct(view);
  const so = seen.filter(({ answer }) => notServed(answer.handshake, view));
  return seen.length > 0 && so.length >= 0.8 * seen.length ? so : [];
}

/** What an answer says, as people read it. */
export const quoted = ({ body = '' }: Answer): string => {
  const text = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text === '' ? '' : ` “${text.slice(0, 80)}”`;
};

/** What most who asked for a WebSocket got, beside what a page at the same path gets. */
interface BesideAPage {
  readonly page: number | undefined;
  readonly handshake: Answer;
  readonly alike: boolean;
  readonly so: readonly Seen<'websocket'>[];
  readonly all: readonly Seen<'websocket' | 'elsewhere'>[];
}

/** Reads it where nobody is served; where somebody is, there is nothing to compare. */
function besideAPage(judge: (found: BesideAPage) => Reading): (view: View) => Reading | undefined {
  return (view) => {
    const so = unserved(view);
    const [first] = so;
    const seen = direct(view);
    if (first === undefined)
      return seen.some(({ answer }) => answer.handshake.status === 101) ? no('101', seen) : undefined;
    const page = pageStatus(view);
    const { handshake } = first.answer;
    const alike = handshake.status === page && handshake.outcome === 'answer';
    return judge({ page, handshake, alike, so, all: [...so, ...pages(view)] });
  };
}

export const PLAIN: readonly ObservationKind[] = [
  {
    ...common,
    id: 'not-served',
    title: 'the application gives a WebSocket to whoever asks for one',
    probe: 'websocket',
    read(view) {
      const seen = direct(view);
      if (seen.length === 0) return undefined;
      if (seen.some(({ answer }) => lostItsUpgrade(answer.handshake))) return undefined;
      const so = unserved(view);
      const words = tally(seen.map(({ answer }) => answer.handshake));
      return so.length > 0 ? yes(`${words}${quoted(so[0]?.answer.handshake as Answer)}`, so) : no(words, seen);
    },
  },
  {
    ...common,
    id: 'answered-like-a-page',
    title: 'who asks for a WebSocket is not answered like one who asks for a page',
    probe: 'elsewhere',
    read: besideAPage(({ page, handshake, alike, so, all }) => {
      if (page === undefined) return unclear('no page was asked for', so);
      return alike
        ? yes(`${page} with Upgrade and without`, all)
        : no(`${page} without Upgrade, and with it: ${said(handshake)}`, all);
    }),
  },
  {
    ...common,
    id: 'upgrade-refused',
    title: 'the application sees an Upgrade and takes it',
    probe: 'elsewhere',
    read: besideAPage(({ page, handshake, alike, so, all }) =>
      page === undefined || alike
        ? unclear('with an Upgrade it answers as without', so)
        : yes(
            `${page} without Upgrade, and with it: ${said(handshake)}${quoted(handshake)}; so it was seen, and refused`,
            all,
          ),
    ),
  },
  {
    ...common,
    id: 'opens-elsewhere',
    title: 'the WebSocket is where it was looked for',
    probe: 'elsewhere',
    read(view) {
      const seen = view.of('elsewhere').filter(({ request }) => ![AS_PAGE, AS_SOCKET_IO].includes(request.change));
      if (seen.length === 0)
        return direct(view).some(({ answer }) => answer.handshake.status === 101) ? no('it is') : undefined;
      const open = seen.filter(({ answer }) => answer.status === 101);
      const [first] = open;
      if (first === undefined)
        return no(`none opens ${seen.map(({ request }) => request.change).join(', ')} either`, seen);
      return open.some(({ request }) => request.change === ANYWHERE)
        ? unclear('one opens at any path but this: what is done with this path on the way?', open)
        : yes(`one opens at ${first.request.path}, ${first.request.change}`, open, first.request.path);
    },
  },
];
