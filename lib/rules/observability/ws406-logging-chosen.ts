import { blockOf, servedConfigs } from '../../system/backend-config';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws406: Rule = {
  code: 'WS406',
  level: 'info',
  title: 'how many requests the balancer logs is chosen',
  story: 'Every poll of every client is logged and billed, because nobody said otherwise.',
  why: 'GKE makes backends with logging on at a rate of 1.0; left out, that stays.',
  fix: 'Write logging.enable and logging.sampleRate.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#http_logging',
  kinds: [...ENTRANCE_KINDS, 'BackendConfig'],
  *check(bundle) {
    for (const { config } of servedConfigs(bundle)) {
      const { enable, sampleRate } = blockOf(config, 'logging');
      if (enable === false || (enable === true && sampleRate !== undefined)) continue;
      yield {
        object: config,
        path: ['spec', 'logging', enable === true ? 'sampleRate' : 'enable'],
        actual: enable === true ? 'no sampleRate, so what it was, or 1.0' : 'not written, so everything is logged',
        expected: 'enable and sampleRate',
        fix: 'write logging: {enable: true, sampleRate: 1.0}, or a smaller rate',
      };
    }
  },
};
