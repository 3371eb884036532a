import { numberOf, wordsOf } from '../../manifest/field';
import { blockOf } from '../../system/backend-config';
import type { Rule } from '../rule';

export const ws223: Rule = {
  code: 'WS223',
  level: 'error',
  title: 'the sample rate of the request log is a share from 0 to 1',
  story: 'A rate of 100 was meant as per cent and freezes the whole Ingress.',
  why: 'The controller refuses a BackendConfig whose sampleRate is not between 0.0 and 1.0.',
  fix: 'Write a share: 0.1 for every tenth request.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/backendconfig/validation.go',
  kinds: ['BackendConfig'],
  *check(bundle) {
    for (const config of bundle.ofKind('BackendConfig')) {
      const { sampleRate } = blockOf(config, 'logging');
      const rate = numberOf(sampleRate);
      if (sampleRate === undefined || (rate !== undefined && rate >= 0 && rate <= 1)) continue;
      const value = rate !== undefined && rate > 1 && rate <= 100 ? rate / 100 : 1;
      yield {
        object: config,
        path: ['spec', 'logging', 'sampleRate'],
        actual: wordsOf(sampleRate),
        expected: 'a number from 0 to 1',
        fix: `write ${value}`,
      };
    }
  },
};
