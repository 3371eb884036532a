import { wordsOf } from '../../manifest/field';
import { blockOf } from '../../system/backend-config';
import type { Rule } from '../rule';

const TYPES = ['NONE', 'CLIENT_IP', 'GENERATED_COOKIE'];

export const ws215: Rule = {
  code: 'WS215',
  level: 'error',
  title: 'the affinity of a BackendConfig is one that GKE knows',
  story: 'The whole Ingress stops syncing over one word that the cloud knows and the controller does not.',
  why: 'Google’s API has more kinds of affinity than GKE’s controller lets through: NONE, CLIENT_IP and GENERATED_COOKIE.',
  fix: 'Use CLIENT_IP or GENERATED_COOKIE.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/backendconfig/validation.go',
  kinds: ['BackendConfig'],
  *check(bundle) {
    for (const config of bundle.ofKind('BackendConfig')) {
      const type = blockOf(config, 'sessionAffinity').affinityType;
      if (type === undefined || TYPES.includes(wordsOf(type))) continue;
      const meant = TYPES.find((one) => one === wordsOf(type).toUpperCase().replace('-', '_'));
      const path = ['spec', 'sessionAffinity', 'affinityType'];
      yield {
        object: config,
        path,
        actual: `"${wordsOf(type)}"`,
        expected: `one of ${TYPES.join(', ')}`,
        fix: `write ${meant ?? 'GENERATED_COOKIE'}`,
        ...(meant === undefined ? {} : { edits: [{ path, value: meant }] }),
      };
    }
  },
};
