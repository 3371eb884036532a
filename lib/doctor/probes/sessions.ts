import * as http from 'node:http';
import * as https from 'node:https';
import type { Json } from '../evidence';
import type { SessionSeen, View } from '../facts/view';
import { cookiesFor, readCookie, withheld } from '../reach/cookies';
import { engineQuery, PACKET, readHandshake } from '../reach/engine-io';
import type { Wire } from '../reach/wire';
import { type Probe, written } from './probe';

/** How far follow-ups are spread. */
const APART_MS = 400;

type Jar = 'browser' | 'all' | 'none' | 'kept';

/** Handshake, and one follow-up that ends the session again: on two fresh connections, or on one that is kept. */
export async function session(wire: Wire, jar: Jar, slow = false, apartMs = APART_MS): Promise<void> {
  const { target } = wire;
  const agent =
    jar === 'kept' ? new (target.secure ? https : http).Agent({ keepAlive: true, maxSockets: 1 }) : undefined;
  const kept = agent === undefined ? {} : { agent };
  const giveBack = agent === undefined ? undefined : await wire.keep();
  const first = await wire.request({ path: engineQuery(target.path, 'polling'), ...kept });
  const open = readHandshake(first.body);
  const cookies = first.setCookie.map(readCookie).filter((cookie) => cookie !== undefined);
  let seen: SessionSeen = {
    handshake: first.answer,
    open: written(open, wire),
    cookies: cookies.map((cookie) => {
      const why = withheld(cookie, target);
      return { name: cookie.name, ...(why === undefined ? {} : { withheld: why }) };
    }),
  };
  if (open !== undefined) {
    // Without this a balancer that deals out in turn would meet an order in which everything fits by chance.
    await wire.pause(Math.random() * apartMs);
    const cookie = cookiesFor(first.setCookie, jar === 'kept' ? 'all' : jar, target);
    const second = await wire.request({
      method: 'POST',
      path: engineQuery(target.path, 'polling', open.sid),
      body: PACKET.close,
      ...(cookie === undefined ? {} : { headers: { cookie } }),
      ...kept,
    });
    seen = { ...seen, followUp: second.answer, ...(agent === undefined ? {} : { reused: second.reused }) };
  }
  agent?.destroy();
  giveBack?.();
  const request = { jar, ...(slow ? { slow: true } : {}) };
  wire.record('session', request, seen as unknown as Json, first.at, wire.now() - first.at);
}

function many(wire: Wire, count: number, jar: Jar): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, () => session(wire, jar)));
}

const lost = (view: View): boolean => view.sessions.some(({ answer }) => answer.followUp?.status !== 200);
const cookied = (view: View): boolean => view.sessions.some(({ answer }) => answer.cookies.length > 0);
const answered = (view: View): boolean => view.sessions.some(({ answer }) => answer.open !== null);

export const sessions: Probe = {
  id: 'session',
  doing: 'handshakes, and follow-ups on fresh connections',
  protocols: ['socket.io'],
  quick: true,
  seconds: () => 1.8,
  run: async ({ wire, quick, view }) => {
    // The first tells whether the others are worth their wait.
    await many(wire, 2, view().ownJar);
    const rest = answered(view()) ? (quick ? 18 : 28) : 4;
    await many(wire, rest, view().ownJar);
  },
};

export const withAllCookies: Probe = {
  id: 'session-all-cookies',
  doing: 'the same with every cookie, whatever a browser would do',
  protocols: ['socket.io'],
  quick: true,
  seconds: () => 1.2,
  useless: (view) => (!lost(view) ? 'no follow-up was lost' : cookied(view) ? undefined : 'no cookie is set'),
  run: async ({ wire }) => {
    await many(wire, 16, 'all');
  },
};

export const withoutCookies: Probe = {
  id: 'session-no-cookies',
  doing: 'the same without cookies',
  protocols: ['socket.io'],
  quick: true,
  seconds: () => 1,
  useless: (view) =>
    view.ownJar === 'none' ? 'no cookies are sent anyway' : cookied(view) ? undefined : 'no cookie is set',
  run: async ({ wire }) => {
    await many(wire, 12, 'none');
  },
};

export const onKeptConnections: Probe = {
  id: 'session-kept',
  doing: 'the same on kept connections',
  protocols: ['socket.io'],
  quick: true,
  seconds: () => 0.9,
  useless: (view) => (lost(view) && answered(view) ? undefined : 'no follow-up was lost'),
  run: async ({ wire }) => {
    await many(wire, 12, 'kept');
  },
};

export const slowly: Probe = {
  id: 'session-slow',
  doing: 'handshakes at a walking pace',
  protocols: ['socket.io'],
  quick: true,
  seconds: () => 3.5,
  useless: (view) => {
    const failed = view.sessions.filter(({ answer }) => answer.open === null).length;
    return failed > 0 && failed < view.sessions.length ? undefined : 'handshakes fail always or never';
  },
  run: async ({ wire, view }) => {
    await wire.pause(1200);
    const asked: Promise<void>[] = [];
    for (let i = 0; i < 12 && !wire.signal.aborted; i += 1) {
      asked.push(session(wire, view().ownJar, true));
      await wire.pause(250);
    }
    await Promise.all(asked);
  },
};
