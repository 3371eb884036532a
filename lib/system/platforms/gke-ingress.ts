import { annotationsOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import { type FieldPath, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { bindingOf, boundConfigsOf } from '../backend-binding';
import { INGRESS } from '../route';
import { googleHealthCheck } from './google-health-check';
import type { Dialect, Platform, SettingName } from './platform';
import { boundSettings } from './setting';

const PATHS: Readonly<Partial<Record<SettingName, FieldPath>>> = {
  timeout: ['spec', 'timeoutSec'],
  drain: ['spec', 'connectionDraining', 'drainingTimeoutSec'],
  affinityTtl: ['spec', 'sessionAffinity', 'affinityCookieTtlSec'],
};
const AFFINITY: FieldPath = ['spec', 'sessionAffinity', 'affinityType'];

/** GKE's Ingress controller: a few annotations on the Ingress, everything about backends in a BackendConfig that the Service names. */
export const BACKEND_CONFIGS: Dialect = {
  reader: 'GKE',
  prefixes: ['networking.gke.io/'],
  kinds: ['BackendConfig'],
  healthCheckKinds: ['BackendConfig'],
  translations: {
    'proxy-read-timeout': 'spec.timeoutSec of the BackendConfig, the whole life of a connection',
    'proxy-send-timeout': 'spec.timeoutSec of the BackendConfig, the whole life of a connection',
    affinity: 'spec.sessionAffinity of the BackendConfig',
    'ssl-redirect': 'redirectToHttps of the FrontendConfig',
    'force-ssl-redirect': 'redirectToHttps of the FrontendConfig',
    'websocket-services': 'nothing: upgrades need no switch',
  },
  settings: (bundle, name, entrances) => boundSettings(name, PATHS[name], boundConfigsOf(bundle, entrances)),
  affinity: (bundle, entrance) => {
    const binding = bindingOf(bundle, entrance);
    if (binding.state !== 'bound') return undefined;
    const type = textOf(valueAt(binding.config, AFFINITY)) ?? '';
    return {
      bound: type !== '' && type !== 'NONE',
      object: binding.config,
      path: AFFINITY,
      words: type === '' ? 'no session affinity' : type,
      change: 'set affinityType to GENERATED_COOKIE (clients return cookies) or CLIENT_IP',
      edits: [],
    };
  },
  healthChecks: (bundle) =>
    bundle
      .ofKind('BackendConfig')
      .map((config) =>
        googleHealthCheck(config, ['spec', 'healthCheck'], [['spec', 'healthCheck', 'requestPath']], 15),
      ),
};

/** Annotations that only GKE's controllers read. */
const SIGNS =
  /^(networking\.gke\.io\/|cloud\.google\.com\/|ingress\.gcp\.kubernetes\.io\/|kubernetes\.io\/ingress\.(global|regional)-static-ip-name$)/;

/** The balancers that GKE makes for an Ingress. */
export const GKE_INGRESS_PLATFORMS: Readonly<Record<'gce' | 'gce-internal', Platform>> = {
  gce: {
    kind: 'gce',
    cloud: 'google',
    owns: { routes: [INGRESS], classes: /^gce$/, classIn: 'annotation', unclassed: looksLikeGke },
    dialect: BACKEND_CONFIGS,
  },
  'gce-internal': {
    kind: 'gce-internal',
    cloud: 'google',
    owns: { routes: [INGRESS], classes: /^gce-internal$/, classIn: 'annotation' },
    dialect: BACKEND_CONFIGS,
  },
};

/** The controller takes what names no class at all. In other clusters nobody would: whether this is one of Google's shows in annotations of the Ingress or of its Services. */
function looksLikeGke(bundle: Bundle, ingress: Manifest): boolean {
  return (
    annotationsOf(ingress).some(([key]) => SIGNS.test(key)) ||
    INGRESS.backends(ingress).some(({ namespace, service }) => {
      const found = bundle.find('Service', namespace, service);
      return found !== undefined && annotationsOf(found).some(([key]) => key.startsWith('cloud.google.com/'));
    })
  );
}
