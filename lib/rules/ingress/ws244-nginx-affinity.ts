import { carriesUpgrades, directivesNamed, nginxTextsOf, proxyLocations } from '../../system/nginx-text';
import { WORKLOAD_KINDS } from '../../system/pod';
import type { Rule } from '../rule';

const BALANCING = ['ip_hash', 'hash', 'sticky'];

export const ws244: Rule = {
  code: 'WS244',
  level: 'warning',
  title: 'nginx keeps a client on one server',
  story:
    'Long-polling clients get 400 "Session ID unknown" and never connect: each of their requests goes to the next server.',
  why: 'Without hash, ip_hash or sticky, nginx hands requests out in turn.',
  fix: 'Add hash … consistent to the upstream.',
  source: 'https://socket.io/docs/v4/using-multiple-nodes/#nginx-configuration',
  kinds: [...WORKLOAD_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const text of nginxTextsOf(bundle)) {
      const targets = proxyLocations(text.directives)
        .filter(carriesUpgrades)
        .map(({ own }) =>
          own
            .find(({ name }) => name === 'proxy_pass')
            ?.args[0]?.replace(/^https?:\/\//, '')
            .replace(/\/.*$/, ''),
        );
      for (const upstream of directivesNamed(text.directives, 'upstream')) {
        const inside = upstream.block ?? [];
        const servers = inside.filter(({ name }) => name === 'server').length;
        if (!targets.includes(upstream.args[0]) || servers < 2 || inside.some(({ name }) => BALANCING.includes(name)))
          continue;
        yield {
          object: text.configMap,
          path: text.path,
          actual: `upstream ${upstream.args[0] ?? ''} hands requests to its ${servers} servers in turn`,
          expected: 'all requests of a client to one server',
          fix: 'write hash $remote_addr consistent; behind a balancer hash the address from X-Forwarded-For',
        };
      }
    }
  },
};
