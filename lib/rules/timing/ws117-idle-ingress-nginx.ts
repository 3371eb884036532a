import { annotationOf } from '../../manifest/annotation';
import { numberOf } from '../../manifest/field';
import { entrancesOf } from '../../system/entrance';
import { idleTimeoutFor, LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { byRoute } from '../../system/settings';
import { limitsOf } from '../../timing/limits';
import type { Rule } from '../rule';

const READ_TIMEOUT = 'nginx.ingress.kubernetes.io/proxy-read-timeout';

export const ws117: Rule = {
  code: 'WS117',
  level: 'error',
  title: 'ingress-nginx waits longer than the longest silence of a healthy connection',
  story:
    'Quiet connections are cut after a minute. The log of the controller calls it an upstream timeout, and the application sees a transport close.',
  why: 'proxy-read-timeout is the time between two reads from the application, 60 s by default; a healthy connection can be silent for pingInterval + pingTimeout.',
  fix: 'Set proxy-read-timeout to pingInterval + pingTimeout + margin.',
  source: 'https://kubernetes.github.io/ingress-nginx/user-guide/miscellaneous/#websockets',
  *check(bundle) {
    const { defaultSeconds = 60 } = limitsOf('ingress-nginx').timeout;
    for (const [ingress, entrances] of byRoute(
      entrancesOf(bundle).filter(({ controller }) => controller === 'ingress-nginx'),
    )) {
      const text = annotationOf(ingress, READ_TIMEOUT);
      const seconds = numberOf(text);
      // What the controller cannot read is for WS236.
      if (text !== undefined && seconds === undefined) continue;
      const beat = slowestHeartbeat(
        bundle,
        entrances.flatMap(({ workloads }) => workloads),
      );
      if ((seconds ?? defaultSeconds) >= beat.seconds + LEAST_MARGIN_SECONDS) continue;
      const path = ['metadata', 'annotations', READ_TIMEOUT];
      const value = String(idleTimeoutFor(beat));
      yield {
        object: ingress,
        path,
        actual: seconds === undefined ? `not written, so ${defaultSeconds} s` : `${seconds} s`,
        expected: `at least ${beat.seconds + LEAST_MARGIN_SECONDS} s: ${beat.words} + ${LEAST_MARGIN_SECONDS} s`,
        fix: `set ${READ_TIMEOUT} to "${value}"`,
        edits: [{ path, value }],
      };
    }
  },
};
