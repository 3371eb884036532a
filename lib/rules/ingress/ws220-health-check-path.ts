import { annotationOf } from '../../manifest/annotation';
import { textOf, valueAt } from '../../manifest/field';
import { isSocketIoPath } from '../../system/probe';
import type { Observation, Rule } from '../rule';

const ALB_PATH = 'alb.ingress.kubernetes.io/healthcheck-path';

export const ws220: Rule = {
  code: 'WS220',
  level: 'error',
  title: 'the balancer does not ask the Socket.IO endpoint for health',
  story:
    'Dozens of phantom clients are always connected, dashboards and autoscalers count them, and nobody knows them.',
  why: 'Every request to the endpoint without a session id opens an Engine.IO session that lives until the ping timeout; a balancer asks from many places at once.',
  fix: 'Ask a plain path such as /health.',
  source: 'https://socket.io/docs/v4/how-it-works/',
  *check(bundle) {
    const judge = function* (
      object: Observation['object'],
      path: readonly string[],
      text: string | undefined,
    ): Iterable<Observation> {
      if (text === undefined || !isSocketIoPath(text)) return;
      yield { object, path, actual: `"${text}"`, expected: 'a plain HTTP path', fix: 'ask "/health"' };
    };
    for (const config of bundle.ofKind('BackendConfig')) {
      const path = ['spec', 'healthCheck', 'requestPath'];
      yield* judge(config, path, textOf(valueAt(config, path)));
    }
    for (const policy of bundle.ofKind('HealthCheckPolicy')) {
      for (const kind of ['httpHealthCheck', 'httpsHealthCheck', 'http2HealthCheck']) {
        const path = ['spec', 'default', 'config', kind, 'requestPath'];
        yield* judge(policy, path, textOf(valueAt(policy, path)));
      }
    }
    for (const object of bundle.ofKind('Ingress', 'Service')) {
      yield* judge(object, ['metadata', 'annotations', ALB_PATH], annotationOf(object, ALB_PATH));
    }
  },
};
