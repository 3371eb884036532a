import type { Json } from '../evidence';
import type { View } from '../facts/view';
import type { Answer } from '../reach/answer';
import { cookiesFor } from '../reach/cookies';
import { engineCode, engineQuery, PACKET, readHandshake } from '../reach/engine-io';
import type { Wire } from '../reach/wire';
import type { Probe } from './probe';

/** No server knows it: whoever answers with Engine.IO's own error is Engine.IO. */
export const INVENTED = 'holdfast-doctor-invented';

const answered = (view: View): boolean => view.heartbeat !== undefined;

export const invented: Probe = {
  id: 'invented',
  doing: 'a session that does not exist',
  protocols: ['socket.io'],
  quick: true,
  seconds: () => 0.1,
  run: async ({ wire }) => {
    for (let i = 0; i < 2; i += 1) {
      const { answer, at, took } = await wire.request({ path: engineQuery(wire.target.path, 'polling', INVENTED) });
      wire.record('invented', {}, answer as unknown as Json, at, took);
    }
  },
};

export const origin: Probe = {
  id: 'origin',
  doing: 'with and without an Origin',
  protocols: ['socket.io'],
  quick: true,
  seconds: () => 0.3,
  run: async ({ wire, view }) => {
    const ask = async (given: 'own' | 'none') => {
      const { answer, at, took, body, setCookie } = await wire.request({
        path: engineQuery(wire.target.path, 'polling'),
        ...(given === 'none' ? { origin: null } : {}),
      });
      wire.record('origin', { origin: given, method: 'GET' }, answer as unknown as Json, at, took);
      const open = readHandshake(body);
      if (open === undefined) return;
      const cookie = cookiesFor(setCookie, 'all', wire.target);
      await wire.request({
        method: 'POST',
        path: engineQuery(wire.target.path, 'polling', open.sid),
        body: PACKET.close,
        ...(cookie === undefined ? {} : { headers: { cookie } }),
      });
    };
    await Promise.all((['own', 'none', 'own', 'none'] as const).map(ask));
    if (!view().asked.crossSite) return;
    const { answer, at, took } = await wire.request({
      method: 'OPTIONS',
      path: engineQuery(wire.target.path, 'polling'),
      headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    wire.record('origin', { origin: 'own', method: 'OPTIONS' }, answer as unknown as Json, at, took);
  },
};

/** The sizes that a message may have, up to what the server says it takes. */
export function sizes(maxPayload: number): readonly number[] {
  const most = Math.min(maxPayload, 1_000_000) - 64;
  return [900, 2000, 20_000, 200_000].filter((size) => size < most).concat(most > 200_000 ? [most] : []);
}

export const bodies: Probe = {
  id: 'body',
  doing: 'messages of several sizes',
  protocols: ['socket.io'],
  quick: true,
  seconds: () => 0.6,
  useless: (view) => (answered(view) ? undefined : 'no handshake was answered'),
  run: async ({ wire, view }) => {
    for (const bytes of sizes(view().heartbeat?.maxPayload ?? 1_000_000)) {
      let answer = await message(wire, bytes);
      // Without affinity most of them meet a server that does not know the session; the size says nothing then.
      for (let tries = 0; tries < 5 && engineCode(answer?.body) === 1; tries += 1) answer = await message(wire, bytes);
      if (answer?.status !== 200) break;
    }
  },
};

/** One message of so many bytes, in a session of its own. */
async function message(wire: Wire, bytes: number): Promise<Answer | undefined> {
  const first = await wire.request({ path: engineQuery(wire.target.path, 'polling') });
  const open = readHandshake(first.body);
  if (open === undefined || wire.signal.aborted) return undefined;
  const cookie = cookiesFor(first.setCookie, 'all', wire.target);
  const headers = cookie === undefined ? {} : { headers: { cookie } };
  const path = engineQuery(wire.target.path, 'polling', open.sid);
  await wire.pause(Math.random() * 100);
  // A packet that means nothing, whatever stands behind it: the application never sees it.
  const { answer, at, took } = await wire.request({
    method: 'POST',
    path,
    body: PACKET.noop.padEnd(bytes, 'x'),
    ...headers,
  });
  wire.record('body', { bytes }, answer as unknown as Json, at, took);
  await wire.request({ method: 'POST', path, body: PACKET.close, ...headers });
  return answer;
}
