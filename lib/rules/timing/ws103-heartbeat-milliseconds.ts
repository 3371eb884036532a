import { numberOf } from '../../manifest/field';
import { serversOf } from '../../system/evidence';
import { environmentsNamed } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { CONTRACT } from '../../timing/contract';
import type { Rule } from '../rule';

const NAMES = [
  CONTRACT.heartbeatIntervalMs,
  CONTRACT.heartbeatGraceMs,
  CONTRACT.presenceTtlMs,
  CONTRACT.replayTtlMs,
  CONTRACT.drainMs,
].map(({ variable }) => variable);

export const ws103: Rule = {
  code: 'WS103',
  level: 'error',
  title: 'durations in the environment are whole milliseconds',
  story:
    'A heartbeat of "25" was meant as seconds and is read as milliseconds. The server pings forty times a second and declares every client dead.',
  why: 'Node reads the text with Number(): a unit gives NaN, which Socket.IO takes for "at once"; seconds are a thousand times too short.',
  fix: 'Write milliseconds without a unit: "25000".',
  source: 'https://socket.io/docs/v4/server-options/#pinginterval',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      for (const name of NAMES) {
        for (const { value, path } of environmentsNamed(workload, name)) {
          const seen = numberOf(value);
          if (seen !== undefined && Number.isInteger(seen) && seen >= 1000) continue;
          const amount = Number.parseFloat(value);
          const guess = Number.isFinite(amount) && amount > 0 && amount < 1000 ? Math.round(amount * 1000) : 25_000;
          yield {
            object: workload,
            path,
            actual: `${name} is "${value}"`,
            expected: 'a whole number of milliseconds, 1000 or more',
            fix: `set ${name} to milliseconds without a unit, such as "${guess}"`,
          };
        }
      }
    }
  },
};
