import { entrancesTo } from '../../system/entrances';
import { evidenceOf, isServed } from '../../system/evidence';
import {
  carriesUpgrades,
  directivesNamed,
  nginxTextsOf,
  proxyLocations,
  requestHeadersOf,
} from '../../system/nginx-text';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

/** What a proxy behind a balancer says of the client, and what it sees itself. */
const HEADERS = [
  {
    name: 'x-forwarded-proto',
    wrong: /^\$scheme$/,
    right: 'the scheme that the balancer said',
    fix: 'pass on $http_x_forwarded_proto',
  },
  {
    name: 'x-forwarded-for',
    wrong: /^\$remote_addr$/,
    right: 'the address appended to what the balancer said',
    fix: 'write $proxy_add_x_forwarded_for',
  },
] as const;

export const ws257: Rule = {
  code: 'WS257',
  level: 'warning',
  title: 'a proxy behind a balancer passes on what the balancer said of the client',
  story:
    'The application believes that everybody comes over plain HTTP from one address: it redirects in circles, sets no secure cookie, refuses the origin, and blocks everybody when it means one.',
  why: 'TLS ends at the balancer, and so does the connection of the client: $scheme and $remote_addr are those of the balancer.',
  fix: 'Pass on $http_x_forwarded_proto, and append with $proxy_add_x_forwarded_for.',
  source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#var_proxy_add_x_forwarded_for',
  kinds: [...ENTRANCE_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const text of nginxTextsOf(bundle)) {
      const { workload, directives } = text;
      if (
        workload === undefined ||
        entrancesTo(bundle, workload).length === 0 ||
        !isServed(evidenceOf(bundle, workload))
      )
        continue;
      // With the real-IP module $remote_addr is the client.
      const isClient = directivesNamed(directives, 'real_ip_header').length > 0;
      for (const location of proxyLocations(directives).filter(carriesUpgrades)) {
        for (const { name, wrong, right, fix } of HEADERS) {
          const set = requestHeadersOf(location).find(({ args }) => args[0]?.toLowerCase() === name);
          if (set === undefined || !wrong.test(set.args[1] ?? '') || (isClient && name === 'x-forwarded-for')) continue;
          yield {
            object: text.configMap,
            path: text.path,
            actual: `location ${location.path} sets ${set.args.join(' ')}, which is the balancer’s`,
            expected: right,
            fix,
          };
        }
      }
    }
  },
};
