import { numberOf, valueAt } from '../../manifest/field';
import { limitsOf } from '../../timing/limits';
import type { Rule } from '../rule';

const FIELDS = [
  ['BackendConfig', ['spec', 'sessionAffinity', 'affinityCookieTtlSec'], limitsOf('gce')],
  ['GCPBackendPolicy', ['spec', 'default', 'sessionAffinity', 'cookieTtlSec'], limitsOf('gke-l7-gxlb')],
] as const;

export const ws217: Rule = {
  code: 'WS217',
  level: 'error',
  title: 'the lifetime of the affinity cookie is one that the platform takes',
  story:
    'One second too many freezes the whole Ingress: the balancer keeps what it had, and no change arrives any more.',
  why: 'GKE’s controller refuses a BackendConfig with more than a day, and the API of the Gateway policies more than two weeks.',
  fix: 'Stay within the limits of the platform; 0 is a cookie that lasts as long as the browser.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/backendconfig/validation.go',
  kinds: ['BackendConfig', 'GCPBackendPolicy'],
  *check(bundle) {
    for (const [kind, path, limits] of FIELDS) {
      for (const config of bundle.ofKind(kind)) {
        const seconds = numberOf(valueAt(config, path));
        const { minSeconds = 0, maxSeconds = 0 } = limits.affinityTtl ?? {};
        if (seconds === undefined || (seconds >= minSeconds && seconds <= maxSeconds)) continue;
        const value = Math.min(Math.max(seconds, minSeconds), maxSeconds);
        yield {
          object: config,
          path,
          actual: `${seconds} s`,
          expected: `${minSeconds} s to ${maxSeconds} s`,
          fix: `set it to ${value}`,
          edits: [{ path, value }],
        };
      }
    }
  },
};
