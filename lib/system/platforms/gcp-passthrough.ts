import { groupedBy } from '../../manifest/grouped';
import { clientAddress, LOAD_BALANCER } from './load-balancer';
import type { Dialect, Platform } from './platform';
import { settingAt } from './setting';

/** GKE's Service controller: a Service and a few annotations. Nothing of it takes seconds. */
const SERVICE: Dialect = {
  reader: 'GKE’s Service controller',
  prefixes: [],
  kinds: [],
  healthCheckKinds: [],
  settings: (_bundle, name, entrances) =>
    [...groupedBy(entrances, ({ service }) => service)].flatMap(([object, through]) =>
      settingAt({
        name,
        object,
        path: ['spec', 'type'],
        kind: 'gcp-passthrough',
        entrances: through,
        text: undefined,
        seconds: undefined,
        change: () => 'let the server ping more often: the network cannot be told otherwise',
        value: undefined,
      }),
    ),
  affinity: (_bundle, entrance) => clientAddress(entrance),
  healthChecks: () => [],
};

export const GCP_PASSTHROUGH: Platform = {
  kind: 'gcp-passthrough',
  cloud: 'google',
  passesThrough: true,
  owns: {
    routes: [LOAD_BALANCER],
    classes: /^(networking\.gke\.io\/(l4-|load-balancer-type=)|cloud\.google\.com\/(l4-rbs|load-balancer-type)=)/,
    classIn: 'field',
  },
  dialect: SERVICE,
};
