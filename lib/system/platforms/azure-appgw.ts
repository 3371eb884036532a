import { annotationOf } from '../../manifest/annotation';
import { numberOf } from '../../manifest/field';
import { groupedBy } from '../../manifest/grouped';
import type { Manifest } from '../../manifest/manifest';
import { APPGW_DRAIN_SECONDS } from '../../timing/read-limits';
import { INGRESS } from '../route';
import { annotatedHealthChecks } from './annotated-health-checks';
import type { Dialect, Platform, SettingName } from './platform';
import { settingAt } from './setting';

const PREFIX = 'appgw.ingress.kubernetes.io/';
const AFFINITY = `${PREFIX}cookie-based-affinity`;
const DRAINING = `${PREFIX}connection-draining`;
const PROBE_PATH = `${PREFIX}health-probe-path`;

const ANNOTATIONS: Readonly<Partial<Record<SettingName, string>>> = {
  answer: `${PREFIX}request-timeout`,
  drain: `${PREFIX}connection-draining-timeout`,
};

/** The Application Gateway Ingress Controller: annotations of the Ingress. */
const ANNOTATED: Dialect = {
  reader: 'the Application Gateway Ingress Controller',
  prefixes: [PREFIX],
  kinds: [],
  healthCheckKinds: ['Ingress'],
  translations: { affinity: `${AFFINITY}: "true"`, 'ssl-redirect': `${PREFIX}ssl-redirect` },
  settings: (_bundle, name, entrances) => {
    const annotation = ANNOTATIONS[name];
    if (annotation === undefined) return [];
    return [...groupedBy(entrances, ({ route }) => route)].flatMap(([object, through]) => {
      const text = name === 'drain' ? drainOf(object, annotation) : annotationOf(object, annotation);
      return settingAt({
        name,
        object,
        path: ['metadata', 'annotations', annotation],
        kind: 'azure-appgw',
        entrances: through,
        text,
        seconds: numberOf(text),
        change: (seconds) => `set ${name === 'drain' ? `${DRAINING} to "true" and ` : ''}${annotation} to "${seconds}"`,
        // A drain takes two annotations.
        value: name === 'drain' ? undefined : String,
      });
    });
  },
  affinity: (_bundle, { route }) => {
    const bound = annotationOf(route, AFFINITY) === 'true';
    const path = ['metadata', 'annotations', AFFINITY];
    return {
      bound,
      object: route,
      path,
      words: bound ? 'cookie of the gateway' : 'no affinity',
      change: `annotate with ${AFFINITY}: "true"`,
      edits: [{ path, value: 'true' }],
    };
  },
  healthChecks: (bundle) => annotatedHealthChecks(bundle, ['Ingress'], PROBE_PATH),
};

export const AZURE_APPGW: Platform = {
  kind: 'azure-appgw',
  cloud: 'azure',
  owns: { routes: [INGRESS], classes: /application-gateway/, classIn: 'field' },
  dialect: ANNOTATED,
};

/** The time counts only where draining is switched on, and is what the controller takes where that is all. */
function drainOf(ingress: Manifest, annotation: string): string | undefined {
  if (annotationOf(ingress, DRAINING) !== 'true') return undefined;
  return annotationOf(ingress, annotation) ?? String(APPGW_DRAIN_SECONDS);
}
