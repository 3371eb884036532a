import { mappingOf, valueAt, wordsOf } from '../../manifest/field';
import type { Rule } from '../rule';

const DEAD_KEYS = ['sessionTimeout', 'closeAfterDisconnect'];

export const ws321: Rule = {
  code: 'WS321',
  level: 'error',
  title: 'idle sessions of Theia Cloud are kept by settings that exist',
  story:
    'Sessions still end after half an hour, and with them what was not saved. The setting that should prevent it is read by nothing.',
  why: 'Theia Cloud knows neither sessionTimeout nor closeAfterDisconnect. A session ends by spec.timeout of the AppDefinition, in minutes since it began, and by spec.monitor.activityTracker.timeoutAfter, in idle minutes.',
  fix: 'Set spec.timeout to 0 and raise spec.monitor.activityTracker.timeoutAfter.',
  source: 'https://github.com/eclipse-theia/theia-cloud',
  kinds: ['AppDefinition', 'ConfigMap'],
  *check(bundle) {
    for (const definition of bundle.ofKind('AppDefinition')) {
      for (const key of DEAD_KEYS) {
        const value = valueAt(definition, ['spec', key]);
        if (value === undefined) continue;
        yield {
          object: definition,
          path: ['spec', key],
          actual: `${key}: ${wordsOf(value)}, which nothing reads`,
          expected: 'spec.timeout and spec.monitor.activityTracker.timeoutAfter',
          fix: 'remove it, and write timeout: 0',
        };
      }
    }
    for (const configMap of bundle.ofKind('ConfigMap')) {
      for (const [name, text] of Object.entries(mappingOf(configMap.data))) {
        if (typeof text !== 'string' || !DEAD_KEYS.every((key) => text.includes(`"${key}"`))) continue;
        yield {
          object: configMap,
          path: ['data', name],
          actual: `${DEAD_KEYS.join(' and ')}, which nothing reads`,
          expected: 'spec.timeout of the AppDefinition',
          fix: 'remove them, and write timeout: 0 into the AppDefinition',
        };
      }
    }
  },
};
