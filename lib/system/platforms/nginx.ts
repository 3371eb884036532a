import { carriesUpgrades, effective, nginxSeconds, nginxTextsOf, proxyLocations } from '../nginx-text';
import type { Dialect, Platform } from './platform';
import { settingAt } from './setting';

/** Locations of REST and of probes inherit the headers of an upgrade, and may time out when they like. */
const PLAIN = /(^|\/)(api|health|healthz|ready|metrics)(\/|$)/;

/** nginx's own configuration, in a ConfigMap that a container mounts. */
const NGINX_CONF: Dialect = {
  reader: 'nginx',
  prefixes: [],
  kinds: ['ConfigMap'],
  healthCheckKinds: [],
  settings: (bundle, name) => {
    // Drain and affinity of a proxy are no matter of seconds that a balancer keeps.
    if (name !== 'timeout') return [];
    return nginxTextsOf(bundle).flatMap((text) =>
      proxyLocations(text.directives)
        .filter((location) => carriesUpgrades(location) && !PLAIN.test(location.path))
        .flatMap((location) => {
          const written = effective(location, 'proxy_read_timeout')?.args[0];
          return settingAt({
            name,
            object: text.configMap,
            path: text.path,
            kind: 'nginx',
            entrances: [],
            workloads: text.workload === undefined ? [] : [text.workload],
            text: written,
            seconds: nginxSeconds(written),
            label: `proxy_read_timeout of location ${location.path}`,
            change: (seconds) => `write proxy_read_timeout ${seconds}s in location ${location.path}`,
            value: undefined,
          });
        }),
    );
  },
  affinity: () => undefined,
  healthChecks: () => [],
};

/** A proxy in the pod, or a tier of proxies. No controller makes it, so it owns no route: it is found where its configuration is mounted. */
export const NGINX: Platform = {
  kind: 'nginx',
  cloud: 'none',
  owns: undefined,
  dialect: NGINX_CONF,
};
