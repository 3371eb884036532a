import { valueAt } from '../../manifest/field';
import { servedSettings } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { LONGEST_AFFINITY_SECONDS as LONGEST, SHORTEST_AFFINITY_SECONDS as SHORTEST } from '../../timing/fixed';
import type { Rule } from '../rule';

export const ws126: Rule = {
  code: 'WS126',
  level: 'warning',
  title: 'a client stays bound to its pod for three hours to a day',
  story:
    'A client that was away over lunch lands on a pod that does not know it. What it had open is gone, although its pod is still there.',
  why: 'The cookie ends after its lifetime, even in the middle of a session. Where the platform takes it, a lifetime of 0 is a cookie that lasts as long as the browser.',
  fix: 'Give the cookie a lifetime between 10800 and 86400 seconds, or 0 where the platform takes it.',
  source: 'https://socket.io/docs/v4/using-multiple-nodes/',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const setting of servedSettings(bundle, 'affinityTtl')) {
      const { object, path, seconds, knob } = setting;
      const type =
        valueAt(object, ['spec', 'sessionAffinity', 'affinityType']) ??
        valueAt(object, ['spec', 'default', 'sessionAffinity', 'type']);
      // Beyond what the platform takes is for WS217 and WS235, a lifetime without a cookie for WS216.
      if (type !== undefined && type !== 'GENERATED_COOKIE') continue;
      if (seconds === undefined || seconds <= 0 || seconds > knob.maxSeconds) continue;
      if (seconds >= SHORTEST && seconds <= LONGEST) continue;
      const value = seconds < SHORTEST ? SHORTEST : LONGEST;
      yield {
        object,
        path,
        actual: setting.words,
        expected: `${SHORTEST} s to ${LONGEST} s${knob.minSeconds === 0 ? ', or 0 for as long as the browser runs' : ''}`,
        fix: setting.change(value),
        suggestions: setting.edits(value),
      };
    }
  },
};
