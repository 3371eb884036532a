import { blockOf } from '../../system/backend-config';
import type { Rule } from '../rule';

export const ws224: Rule = {
  code: 'WS224',
  level: 'error',
  title: 'a backend is cached or behind IAP, not both',
  story: 'The whole Ingress stops syncing, because a cached answer would pass the login by.',
  why: 'The controller refuses a BackendConfig with both cdn.enabled and iap.enabled.',
  fix: 'Turn the CDN off explicitly: cdn.enabled: false.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/backendconfig/validation.go',
  kinds: ['BackendConfig'],
  *check(bundle) {
    for (const config of bundle.ofKind('BackendConfig')) {
      if (blockOf(config, 'cdn').enabled !== true || blockOf(config, 'iap').enabled !== true) continue;
      const path = ['spec', 'cdn', 'enabled'];
      yield {
        object: config,
        path,
        actual: 'cdn.enabled and iap.enabled are both true',
        expected: 'one of the two',
        fix: 'set cdn.enabled to false; leaving it out would not turn it off',
        edits: [{ path, value: false }],
      };
    }
  },
};
