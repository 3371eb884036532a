import { entrancesTo } from '../../system/entrances';
import { directivesNamed, nginxSeconds, nginxTextsOf } from '../../system/nginx-text';
import { ENTRANCE_KINDS, isGoogle } from '../../system/platforms/all';
import { KEEP_ALIVE_SECONDS, NGINX_KEEP_ALIVE_SECONDS } from '../../timing/fixed';
import { GOOGLE_BACKEND_KEEP_ALIVE_SECONDS } from '../../timing/limits';
import type { Rule } from '../rule';

export const ws120: Rule = {
  code: 'WS120',
  level: 'warning',
  title: 'nginx keeps idle connections open for longer than Google’s balancer does',
  story:
    'One request in some thousands answers 502, at any load, on a healthy system. The log of the application shows nothing, because the request never arrived.',
  why: 'The balancer keeps connections to backends for 600 s and cannot be told otherwise; a backend that closes sooner makes it send into a closed connection. nginx closes after 75 s by default.',
  fix: 'Set keepalive_timeout to 620s.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution',
  kinds: [...ENTRANCE_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const text of nginxTextsOf(bundle)) {
      const { workload, directives } = text;
      if (workload === undefined || !entrancesTo(bundle, workload).some(({ controller }) => isGoogle(controller)))
        continue;
      // One inside an upstream is about the other side, and a file without a server is part of a configuration seen elsewhere.
      const servers = directivesNamed(directives, 'server').filter(({ block }) => block !== undefined);
      if (servers.length === 0) continue;
      const outside = directivesNamed(directives, 'http').flatMap(({ block }) => block ?? []);
      const scopes = [...directives, ...outside, ...servers.flatMap(({ block }) => block ?? [])];
      const written = scopes.find(({ name }) => name === 'keepalive_timeout')?.args[0];
      const seconds = written === undefined ? NGINX_KEEP_ALIVE_SECONDS : nginxSeconds(written);
      if (seconds === undefined || seconds > GOOGLE_BACKEND_KEEP_ALIVE_SECONDS) continue;
      yield {
        object: text.configMap,
        path: text.path,
        actual: `keepalive_timeout ${written ?? `not written, so ${NGINX_KEEP_ALIVE_SECONDS}s`}`,
        expected: `more than ${GOOGLE_BACKEND_KEEP_ALIVE_SECONDS} s`,
        fix: `write keepalive_timeout ${KEEP_ALIVE_SECONDS}s at http level, and keepalive_requests 1000000 with it`,
      };
    }
  },
};
