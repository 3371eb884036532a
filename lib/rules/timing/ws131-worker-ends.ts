import { serversOf } from '../../system/evidence';
import { directivesNamed } from '../../system/nginx-text';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { nginxesOf } from '../../system/thread/nginx-of-pod';
import type { Rule } from '../rule';

export const ws131: Rule = {
  code: 'WS131',
  level: 'warning',
  title: 'an nginx that was told to quit ends by itself',
  story: 'Connections stay until the kubelet kills nginx, and break all at once, at the very end of the grace period.',
  why: 'A worker that was told to quit waits for its last connection, and a WebSocket has no reason to end. worker_shutdown_timeout is unlimited unless it is written.',
  fix: 'Write worker_shutdown_timeout: the drain of the application.',
  source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout',
  kinds: [...ENTRANCE_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      for (const { files } of nginxesOf(bundle, workload)) {
        const main = files.find(({ directives }) => directives.some(({ name }) => name === 'events'));
        // Only the main file can say it.
        if (main === undefined || directivesNamed(main.directives, 'worker_shutdown_timeout').length > 0) continue;
        if (!files.some(({ directives }) => directivesNamed(directives, 'proxy_pass').length > 0)) continue;
        yield {
          object: main.configMap,
          path: main.path,
          actual: 'no worker_shutdown_timeout, so that workers wait without end',
          expected: 'worker_shutdown_timeout of the drain',
          fix: 'write worker_shutdown_timeout 60s; at the top of the file, and hold terminationGracePeriodSeconds above preStop + 60',
        };
      }
    }
  },
};
