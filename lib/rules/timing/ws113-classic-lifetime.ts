import { annotationOf } from '../../manifest/annotation';
import { servedAges } from '../../system/evidence';
import { carriedTiming, heartbeatOf } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { balancerNamed, SHORTEST_LIFETIME_SECONDS } from '../../timing/limits';
import { FAKE_IDLE_TIMEOUT } from '../patterns/fake-annotations';
import type { Rule } from '../rule';

export const ws113: Rule = {
  code: 'WS113',
  level: 'error',
  title: 'the balancer lets a connection live for an hour at least',
  story:
    'Every connection is cut after the same number of seconds, busy or not. Users reconnect all day, and raising the heartbeat changes nothing.',
  why: 'On the classic Application Load Balancer the timeout of the backend is how long a WebSocket may live, idle or active; on the Envoy-based ones the same field is an idle timeout. Envoy Gateway has fields for the age of a connection and of a stream.',
  fix: 'Set it (timeoutSec on Google’s balancers) to the longest life of a connection, not to an idle timeout.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const setting of servedAges(bundle)) {
      const { seconds, object, path, kind, limits, knob, entrances, workloads } = setting;
      const fake = entrances.find(({ route }) => annotationOf(route, FAKE_IDLE_TIMEOUT) !== undefined)?.route;
      // Where an annotation was written in the place of the timeout, WS201 says so.
      if (seconds === undefined && fake !== undefined) continue;
      const lives = seconds ?? knob.defaultSeconds ?? 0;
      if (lives >= SHORTEST_LIFETIME_SECONDS) continue;
      const promised = Math.max(0, ...workloads.map((one) => carriedTiming(one)?.maxConnectionLifetimeSeconds ?? 0));
      // What Google's front ends keep at the most, and the documented value.
      const longest = limits.lifetimeCapSeconds;
      const value = Number.isFinite(longest) ? longest : Math.max(promised, SHORTEST_LIFETIME_SECONDS);
      const poll = workloads
        .map((one) => heartbeatOf(bundle, one))
        .find(({ pingIntervalSeconds }) => lives <= pingIntervalSeconds);
      yield {
        object,
        path,
        actual: setting.words,
        expected: `at least ${SHORTEST_LIFETIME_SECONDS} s on ${balancerNamed(kind)}`,
        because:
          `${lives} s is how long a connection may live here, idle or active, and pings do not help: every one is cut after ${lives} s` +
          (poll === undefined
            ? ''
            : `; long polls, which wait ${poll.pingIntervalSeconds} s for a message, break as well`) +
          (fake === undefined
            ? ''
            : `; the annotation ${FAKE_IDLE_TIMEOUT} of Ingress ${fake.metadata.name} is read by nobody and changes nothing`),
        fix: setting.change(value),
        suggestions: setting.edits(value),
      };
    }
  },
};
