import { mappingOf, numberOf, valueAt, wordsOf } from '../../manifest/field';
import { blockOf } from '../../system/backend-config';
import type { Rule } from '../rule';

export const ws216: Rule = {
  code: 'WS216',
  level: 'error',
  title: 'a lifetime of the affinity is given to a cookie only',
  story:
    'Somebody believes that clients stay bound for hours. They stay bound for as long as their address and the set of pods stay the same.',
  why: 'CLIENT_IP is a hash of addresses and has no memory that could expire; affinityCookieTtlSec is the lifetime of the cookie of GENERATED_COOKIE.',
  fix: 'Set affinityCookieTtlSec to 0, or use GENERATED_COOKIE.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/backend-service#session_affinity',
  kinds: ['BackendConfig', 'GCPBackendPolicy'],
  *check(bundle) {
    for (const policy of bundle.ofKind('GCPBackendPolicy')) {
      const { type, cookieTtlSec } = mappingOf(valueAt(policy, ['spec', 'default', 'sessionAffinity']));
      const seconds = numberOf(cookieTtlSec) ?? 0;
      if (type === undefined || type === 'GENERATED_COOKIE' || seconds <= 0) continue;
      const path = ['spec', 'default', 'sessionAffinity', 'cookieTtlSec'];
      yield {
        object: policy,
        path,
        actual: `${seconds} s with type ${wordsOf(type)}`,
        expected: 'no cookieTtlSec, or type GENERATED_COOKIE',
        fix: 'remove it; or, where clients return cookies, set type to GENERATED_COOKIE',
        edits: [{ path }],
      };
    }
    for (const config of bundle.ofKind('BackendConfig')) {
      const { affinityType, affinityCookieTtlSec } = blockOf(config, 'sessionAffinity');
      const seconds = numberOf(affinityCookieTtlSec) ?? 0;
      // Beyond what the platform takes is for WS217.
      if (affinityType === 'GENERATED_COOKIE' || seconds <= 0 || seconds > 86_400) continue;
      const path = ['spec', 'sessionAffinity', 'affinityCookieTtlSec'];
      yield {
        object: config,
        path,
        actual: `${seconds} s with affinityType ${wordsOf(affinityType ?? 'not written')}`,
        expected: '0, or affinityType GENERATED_COOKIE',
        // 0 and not nothing: the controller never reverts a field that is left out.
        fix: 'set it to 0; or, where clients return cookies, set affinityType to GENERATED_COOKIE',
        ...(affinityType === 'CLIENT_IP' ? { edits: [{ path, value: 0 }] } : {}),
      };
    }
  },
};
