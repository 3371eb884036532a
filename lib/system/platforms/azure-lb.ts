import { annotationOf } from '../../manifest/annotation';
import { numberOf } from '../../manifest/field';
import { groupedBy } from '../../manifest/grouped';
import { annotatedHealthChecks } from './annotated-health-checks';
import { goSeconds } from './duration';
import { clientAddress, LOAD_BALANCER } from './load-balancer';
import type { Dialect, Platform } from './platform';
import { settingAt } from './setting';

const PREFIX = 'service.beta.kubernetes.io/azure-';
const IDLE = `${PREFIX}load-balancer-tcp-idle-timeout`;
const PROBE_PATH = `${PREFIX}load-balancer-health-probe-request-path`;

/** Whole minutes that are at least as long. */
const minutes = (seconds: number) => String(Math.ceil(seconds / (goSeconds('1m') as number)));

/** Azure's cloud provider: annotations of the Service. */
const ANNOTATED: Dialect = {
  reader: 'the cloud provider of Azure',
  prefixes: [],
  kinds: [],
  healthCheckKinds: ['Service'],
  settings: (_bundle, name, entrances) =>
    name !== 'timeout'
      ? []
      : [...groupedBy(entrances, ({ service }) => service)].flatMap(([object, through]) => {
          const text = annotationOf(object, IDLE);
          return settingAt({
            name,
            object,
            path: ['metadata', 'annotations', IDLE],
            kind: 'azure-lb',
            entrances: through,
            text,
            seconds: numberOf(text) === undefined ? undefined : goSeconds(`${text?.trim()}m`),
            change: (seconds) => `set ${IDLE} to "${minutes(seconds)}", which are minutes: ${seconds} s`,
            value: minutes,
          });
        }),
  affinity: (_bundle, entrance) => clientAddress(entrance),
  healthChecks: (bundle) => annotatedHealthChecks(bundle, ['Service'], PROBE_PATH),
};

export const AZURE_LB: Platform = {
  kind: 'azure-lb',
  cloud: 'azure',
  passesThrough: true,
  owns: { routes: [LOAD_BALANCER], classes: /^service\.beta\.kubernetes\.io\/azure-/, classIn: 'field' },
  dialect: ANNOTATED,
};
