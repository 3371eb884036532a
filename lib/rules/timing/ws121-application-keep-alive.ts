import { numberOf } from '../../manifest/field';
import { entrancesTo } from '../../system/entrances';
import { serversOf } from '../../system/evidence';
import { environmentsNamed } from '../../system/observed';
import { ENTRANCE_KINDS, isGoogle } from '../../system/platforms/all';
import { CONTRACT } from '../../timing/contract';
import { KEEP_ALIVE_SECONDS } from '../../timing/fixed';
import { GOOGLE_BACKEND_KEEP_ALIVE_SECONDS } from '../../timing/limits';
import type { Rule } from '../rule';

const NAME = CONTRACT.keepAliveMs.variable;
const PROPOSED = String(KEEP_ALIVE_SECONDS * 1000);

export const ws121: Rule = {
  code: 'WS121',
  level: 'warning',
  title: 'the application keeps idle connections open for longer than Google’s balancer does',
  story:
    'Long polls and REST calls fail with 502 now and then. Node closes an idle connection after five seconds unless it is told otherwise.',
  why: 'The balancer keeps connections to backends for 600 s; HTTP_KEEP_ALIVE_MS is what the application sets server.keepAliveTimeout to.',
  fix: 'Set HTTP_KEEP_ALIVE_MS to 620000.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      if (!entrancesTo(bundle, workload).some(({ controller }) => isGoogle(controller))) continue;
      for (const { value, path } of environmentsNamed(workload, NAME)) {
        const seen = numberOf(value);
        if (seen !== undefined && seen > GOOGLE_BACKEND_KEEP_ALIVE_SECONDS * 1000) continue;
        yield {
          object: workload,
          path,
          actual: `${NAME} is "${value}"`,
          expected: `more than ${GOOGLE_BACKEND_KEEP_ALIVE_SECONDS * 1000} ms`,
          fix: `set ${NAME} to "${PROPOSED}"`,
          edits: [{ path, value: PROPOSED }],
        };
      }
    }
  },
};
