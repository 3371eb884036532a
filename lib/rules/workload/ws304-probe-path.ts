import { WORKLOAD_KINDS } from '../../system/pod';
import { isSocketIoPath, probesOf } from '../../system/probe';
import type { Rule } from '../rule';

export const ws304: Rule = {
  code: 'WS304',
  level: 'error',
  title: 'no probe asks the Socket.IO endpoint',
  story:
    'There are always clients that nobody knows, and the count of connections never reaches zero: autoscaler and drain count phantoms.',
  why: 'Every request to the endpoint without a session id opens an Engine.IO session that lives until the ping timeout, 45 s by default.',
  fix: 'Probe a plain HTTP path such as /health.',
  source: 'https://socket.io/docs/v4/how-it-works/',
  kinds: WORKLOAD_KINDS,
  *check(bundle) {
    for (const workload of bundle.ofKind(...WORKLOAD_KINDS)) {
      for (const probe of probesOf(workload)) {
        const asked = probe.httpPath ?? probe.command;
        if (!isSocketIoPath(asked)) continue;
        const byHttp = probe.httpPath !== undefined;
        yield {
          object: workload,
          path: byHttp ? [...probe.path, 'httpGet', 'path'] : [...probe.path, 'exec', 'command'],
          actual: `${probe.name} of ${probe.container.name} ${byHttp ? `asks "${asked}"` : 'asks the endpoint of Socket.IO by a command'}`,
          expected: 'a plain HTTP path',
          fix: 'ask a path such as "/health" that opens no session',
        };
      }
    }
  },
};
