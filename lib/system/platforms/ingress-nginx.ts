import { annotationOf } from '../../manifest/annotation';
import { numberOf } from '../../manifest/field';
import { groupedBy } from '../../manifest/grouped';
import { INGRESS } from '../route';
import type { Dialect, Platform, SettingName } from './platform';
import { settingAt } from './setting';

/** The prefix of every annotation that ingress-nginx reads. */
export const NGINX_PREFIX = 'nginx.ingress.kubernetes.io/';

const ANNOTATIONS: Readonly<Partial<Record<SettingName, string>>> = {
  timeout: `${NGINX_PREFIX}proxy-read-timeout`,
  // No drain: endpoints that are gone are left at the next reload, and what they still hold is for worker-shutdown-timeout of the whole controller.
  affinityTtl: `${NGINX_PREFIX}session-cookie-max-age`,
};

/** @see https://kubernetes.github.io/ingress-nginx/examples/affinity/cookie/ */
const EXPIRES = `${NGINX_PREFIX}session-cookie-expires`;

/** ingress-nginx: annotations of the Ingress. */
const ANNOTATED: Dialect = {
  reader: 'ingress-nginx',
  prefixes: [NGINX_PREFIX],
  kinds: [],
  healthCheckKinds: [],
  settings: (_bundle, name, entrances) => {
    const usual = ANNOTATIONS[name];
    if (usual === undefined) return [];
    return [...groupedBy(entrances, ({ route }) => route)].flatMap(([object, through]) => {
      // The older word for the same is read where the newer one is missing: browsers follow max-age, where there are both.
      const newer = annotationOf(object, usual) !== undefined;
      const older = name === 'affinityTtl' && !newer && annotationOf(object, EXPIRES) !== undefined;
      const annotation = older ? EXPIRES : usual;
      const text = annotationOf(object, annotation);
      return settingAt({
        name,
        object,
        path: ['metadata', 'annotations', annotation],
        kind: 'ingress-nginx',
        entrances: through,
        text,
        seconds: numberOf(text),
        change: (seconds) => `set ${annotation} to "${seconds}"`,
        value: String,
      });
    });
  },
  affinity: (_bundle, { route }) => {
    const cookie = annotationOf(route, `${NGINX_PREFIX}affinity`);
    const hash = annotationOf(route, `${NGINX_PREFIX}upstream-hash-by`);
    const path = ['metadata', 'annotations', `${NGINX_PREFIX}affinity`];
    return {
      bound: cookie !== undefined || hash !== undefined,
      object: route,
      path,
      words: cookie ?? (hash === undefined ? 'no affinity' : `upstream-hash-by ${hash}`),
      change: `annotate with ${NGINX_PREFIX}affinity: "cookie"`,
      edits: [{ path, value: 'cookie' }],
    };
  },
  // It asks nobody: an endpoint is healthy while the readiness probe says so.
  healthChecks: () => [],
};

export const INGRESS_NGINX: Platform = {
  kind: 'ingress-nginx',
  cloud: 'none',
  owns: {
    routes: [INGRESS],
    classes: /nginx/,
    classIn: 'field',
    // The controller of NGINX Inc. has the same class and other annotations.
    rival: /^nginx\.org\//,
  },
  dialect: ANNOTATED,
};
