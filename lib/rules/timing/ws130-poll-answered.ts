import { evidenceAt, servedSettings } from '../../system/evidence';
import { idleTimeoutFor, slowestHeartbeat } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws130: Rule = {
  code: 'WS130',
  level: 'warning',
  title: 'a long poll is answered before the proxy gives up waiting for the answer',
  story:
    'Clients that poll are cut off again and again with 504, while those on a WebSocket see nothing: behind a company’s firewall nothing works, and nobody else can reproduce it.',
  why: 'A poll of Socket.IO waits for the next message, up to a whole pingInterval. Envoy gives an answer 15 s unless it is told otherwise, OpenShift’s router and Azure’s gateway 30 s. A WebSocket that is open is not touched by it.',
  fix: 'Give answers pingInterval + pingTimeout + margin.',
  source: 'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const setting of servedSettings(bundle, 'answer')) {
      const { object, path, seconds, unreadable, knob, workloads, entrances } = setting;
      if (unreadable || !entrances.some((entrance) => evidenceAt(bundle, entrance).sessions)) continue;
      const beat = slowestHeartbeat(bundle, workloads, entrances);
      if (!beat.polls || (seconds ?? knob.defaultSeconds ?? Number.POSITIVE_INFINITY) > beat.pingIntervalSeconds)
        continue;
      const value = idleTimeoutFor(beat);
      yield {
        object,
        path,
        actual: setting.words,
        expected: `more than ${beat.pingIntervalSeconds} s: ${beat.words}`,
        fix: setting.change(value),
        suggestions: setting.edits(value),
      };
    }
  },
};
