import { entrancesTo } from '../../system/entrances';
import { directivesNamed, nginxTextsOf } from '../../system/nginx-text';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

/** The address of whoever connects to nginx. */
const OF_THE_PEER = /^\$(binary_)?remote_addr$/;

export const ws243: Rule = {
  code: 'WS243',
  level: 'warning',
  title: 'a proxy behind a balancer hashes and counts clients, not the balancer',
  story: 'All clients end on one server while the others idle; or they move with every connection of the balancer.',
  why: 'ip_hash, hash $remote_addr and a limit_conn_zone of it see the peer, which behind a balancer is the balancer. The client is in X-Forwarded-For.',
  fix: 'Hash the address that the balancer appended to X-Forwarded-For, with consistent.',
  source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#hash',
  kinds: [...ENTRANCE_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const text of nginxTextsOf(bundle)) {
      const { workload, directives } = text;
      if (workload === undefined || entrancesTo(bundle, workload).length === 0) continue;
      // With the real-IP module $remote_addr is the client.
      if (directivesNamed(directives, 'real_ip_header').length > 0) continue;
      for (const zone of directivesNamed(directives, 'limit_conn_zone').filter(({ args }) =>
        OF_THE_PEER.test(args[0] ?? ''),
      )) {
        const name = /^zone=([^:]+)/.exec(zone.args[1] ?? '')?.[1];
        if (!directivesNamed(directives, 'limit_conn').some(({ args }) => args[0] === name)) continue;
        yield {
          object: text.configMap,
          path: text.path,
          actual: `limit_conn ${name} counts by ${zone.args[0]}, one address for everybody`,
          expected: 'a limit for each client',
          fix: 'count by $client_address, read from X-Forwarded-For',
        };
      }
      for (const upstream of directivesNamed(directives, 'upstream')) {
        const hash = upstream.block?.find(
          ({ name, args }) => name === 'ip_hash' || (name === 'hash' && OF_THE_PEER.test(args[0] ?? '')),
        );
        const servers = upstream.block?.filter(({ name }) => name === 'server').length ?? 0;
        if (hash === undefined || servers < 2) continue;
        yield {
          object: text.configMap,
          path: text.path,
          actual: `upstream ${upstream.args[0] ?? ''} has ${[hash.name, ...hash.args].join(' ')}`,
          expected: 'a hash of the client’s own address',
          fix: 'write hash $client_address consistent, with $client_address read from X-Forwarded-For',
        };
      }
    }
  },
};
