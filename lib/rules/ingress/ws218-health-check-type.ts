import { wordsOf } from '../../manifest/field';
import { blockOf } from '../../system/backend-config';
import type { Rule } from '../rule';

const TYPES = ['HTTP', 'HTTPS', 'HTTP2'];

export const ws218: Rule = {
  code: 'WS218',
  level: 'error',
  title: 'the balancer’s health check is of a kind that GKE knows',
  story: 'The Ingress stops syncing, and the old health check goes on deciding who is healthy.',
  why: 'Application load balancers check by HTTP, HTTPS or HTTP2; TCP is refused.',
  fix: 'Use HTTP with a path that answers 200.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#direct_health',
  kinds: ['BackendConfig'],
  *check(bundle) {
    for (const config of bundle.ofKind('BackendConfig')) {
      const { type } = blockOf(config, 'healthCheck');
      if (type === undefined || TYPES.includes(wordsOf(type))) continue;
      const path = ['spec', 'healthCheck', 'type'];
      const edits = TYPES.includes(wordsOf(type).toUpperCase())
        ? [{ path, value: wordsOf(type).toUpperCase() }]
        : undefined;
      yield {
        object: config,
        path,
        actual: `"${wordsOf(type)}"`,
        expected: `one of ${TYPES.join(', ')}`,
        fix: 'write HTTP, with requestPath',
        ...(edits === undefined ? {} : { edits }),
      };
    }
  },
};
