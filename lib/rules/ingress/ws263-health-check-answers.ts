import { checkedServices } from '../../system/checked-services';
import { entrancesOf } from '../../system/entrances';
import { evidenceAt, isServed } from '../../system/evidence';
import { ENTRANCE_KINDS, HEALTH_CHECK_KINDS, platformOf } from '../../system/platforms/all';
import { isSocketIoPath } from '../../system/probe';
import { targetOf } from '../../system/target-port';
import { nginxesOf } from '../../system/thread/nginx-of-pod';
import { passageOf } from '../../system/thread/passage';
import { namesDependency } from '../patterns/dependency';
import type { Rule } from '../rule';

export const ws263: Rule = {
  code: 'WS263',
  level: 'error',
  title: 'the balancer’s health check asks a path that the pod itself answers with 200',
  story: 'Every pod is taken out of rotation at the same moment: 502 for everybody, while all probes are green.',
  why: 'Only 200 is healthy for Google’s balancers, and AWS’ ask for 200 unless told otherwise: a redirect or a 404 is not. A path that asks a database makes all pods unhealthy together when the database is away.',
  fix: 'Ask a path that the process answers from itself with 200.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#criteria-protocol-http',
  kinds: [...new Set([...ENTRANCE_KINDS, ...HEALTH_CHECK_KINDS])],
  *check(bundle) {
    const entrances = entrancesOf(bundle).filter(({ controller }) => platformOf(controller) !== undefined);
    for (const { check, services } of checkedServices(bundle, entrances)) {
      for (const { path, text } of check.asks) {
        // The endpoint of Socket.IO is for WS220.
        if (isSocketIoPath(text)) continue;
        const ways = services.filter((entrance) => isServed(evidenceAt(bundle, entrance)));
        if (ways.length > 0 && namesDependency(text)) {
          yield {
            object: check.object,
            path,
            actual: `"${text}", which looks like a dependency`,
            expected: 'a path that answers from the process itself',
            fix: 'ask "/health" here, and the dependency nowhere that takes all pods out at once',
            level: 'warning',
          };
        }
        for (const entrance of ways) {
          const port = targetOf(entrance);
          const answers = entrance.workloads
            .flatMap((workload) => nginxesOf(bundle, workload))
            .map((nginx) => (port === undefined ? undefined : passageOf(nginx, port, text, undefined)))
            .find((passage) => passage?.answers !== undefined && passage.answers !== 200);
          if (answers === undefined) continue;
          yield {
            object: check.object,
            path,
            actual: `"${text}", which ${answers.location?.words ?? 'the server'} of nginx answers with ${answers.answers}`,
            expected: 'a path that answers 200',
            fix: 'ask a path that answers 200 itself, such as "/health"',
          };
        }
      }
    }
  },
};
