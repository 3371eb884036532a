import { annotationOf } from '../../manifest/annotation';
import { entrancesOf, OPT_OUT } from '../../system/entrances';
import { evidenceAt } from '../../system/evidence';
import { idleTimeoutFor, LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { settingsOf } from '../../system/settings';
import { SHORTEST_LIFETIME_SECONDS } from '../../timing/limits';
import type { Rule } from '../rule';

export const ws247: Rule = {
  code: 'WS247',
  level: 'info',
  title: 'it is known whether long connections come through a route',
  story:
    'If these are plain requests, all is well. If connections stay open, this balancer cuts them, and nobody is told.',
  why: 'Nothing in the manifests shows what the workload speaks, so the rules about connections do not speak of it. What the balancer is told would be too short for them.',
  fix: `Say it: the annotation ${OPT_OUT} on the workload or its Service, or --assume websocket|http.`,
  source: 'https://www.rfc-editor.org/rfc/rfc6455#section-1.1',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    const told = new Set<unknown>();
    const unknown = new Set(
      entrancesOf(bundle).filter(
        (entrance) =>
          evidenceAt(bundle, entrance).tier === 'unknown' && annotationOf(entrance.service, OPT_OUT) === undefined,
      ),
    );
    for (const { kind, seconds, unreadable, knob, meaning, limits, entrances } of settingsOf(bundle, 'timeout')) {
      const waits = seconds ?? knob.defaultSeconds;
      if (waits === undefined || unreadable) continue;
      for (const entrance of entrances) {
        const { route, reference, workloads } = entrance;
        // Without the workload the set is a part of the whole.
        if (!unknown.has(entrance) || told.has(route) || workloads.length === 0) continue;
        const lifetime = meaning === 'lifetime';
        const beat = slowestHeartbeat(bundle, [], []);
        const least = lifetime ? SHORTEST_LIFETIME_SECONDS : beat.seconds + LEAST_MARGIN_SECONDS;
        if (waits >= least) continue;
        told.add(route);
        yield {
          object: route,
          path: reference.path,
          actual: `nothing shows whether Service ${reference.service} holds long connections; ${limits.title} would end them ${lifetime ? `at the age of ${waits} s` : `after ${waits} s of silence`}`,
          expected: 'an answer, where connections stay open',
          fix: `annotate the workload with ${OPT_OUT}: "false" where it speaks plain HTTP; else with "true", and let ${kind} wait for ${lifetime ? least : idleTimeoutFor(beat)} s`,
        };
      }
    }
  },
};
