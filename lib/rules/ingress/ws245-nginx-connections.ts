import { entrancesTo } from '../../system/entrances';
import { directivesNamed, nginxTextsOf } from '../../system/nginx-text';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

/** nginx's own. @see https://nginx.org/en/docs/ngx_core_module.html#worker_connections */
const NGINX_DEFAULT = 512;
/** The value of the official image's configuration, which is for web pages. */
const TOO_FEW = 1024;

export const ws245: Rule = {
  code: 'WS245',
  level: 'warning',
  title: 'nginx has room for the connections it is to hold',
  story:
    'The first few hundred clients connect, the others are dropped: "worker_connections are not enough" in a log that nobody reads.',
  why: 'worker_connections counts both sides of a proxied connection, and WebSockets stay: 1024 hold 510 clients for each worker.',
  fix: 'Set worker_connections to twice the clients of a pod, and worker_rlimit_nofile above it.',
  source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_connections',
  kinds: [...ENTRANCE_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const text of nginxTextsOf(bundle)) {
      const { directives } = text;
      const events = directivesNamed(directives, 'events')[0];
      // A file without events is part of a configuration seen elsewhere.
      if (events === undefined || text.workload === undefined || entrancesTo(bundle, text.workload).length === 0)
        continue;
      const written = events.block?.find(({ name }) => name === 'worker_connections')?.args[0];
      const connections = Number(written ?? NGINX_DEFAULT);
      const limit = directives.find(({ name }) => name === 'worker_rlimit_nofile')?.args[0];
      if (Number(limit) < connections)
        yield {
          object: text.configMap,
          path: text.path,
          actual: `worker_rlimit_nofile ${limit} below worker_connections ${connections}: every connection is a descriptor`,
          expected: `more than ${connections}`,
          fix: `write worker_rlimit_nofile ${connections + 64}`,
        };
      if (!(connections <= TOO_FEW)) continue;
      yield {
        object: text.configMap,
        path: text.path,
        actual: `worker_connections ${written ?? `not written, so ${NGINX_DEFAULT}`}: room for ${Math.floor(connections / 2)} clients in each worker`,
        expected: 'twice the clients that one pod is to hold',
        fix: 'write worker_connections 8320 for 4096 clients, and worker_rlimit_nofile above it',
      };
    }
  },
};
