import { textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Rule } from '../rule';

const CODES = ['MOVED_PERMANENTLY_DEFAULT', 'FOUND', 'SEE_OTHER', 'TEMPORARY_REDIRECT', 'PERMANENT_REDIRECT'];
/** @see https://docs.cloud.google.com/compute/docs/reference/rest/v1/sslPolicies */
const POLICY = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const ws261: Rule = {
  code: 'WS261',
  level: 'error',
  title: 'a FrontendConfig says what GKE knows',
  story: 'The front end does not change: no redirect, no TLS policy, and no other change of the same Ingress either.',
  why: `The code of a redirect is one of ${CODES.length} names, and an SSL policy is named as Google names its resources: small letters, digits and hyphens. An empty name is Google’s default policy.`,
  fix: 'Use a code and a policy that exist.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#https_redirect',
  kinds: ['FrontendConfig'],
  *check(bundle) {
    for (const config of bundle.ofKind('FrontendConfig')) {
      const codePath = ['spec', 'redirectToHttps', 'responseCodeName'];
      const code = valueAt(config, codePath);
      if (code !== undefined && code !== '' && !CODES.includes(wordsOf(code)))
        yield {
          object: config,
          path: codePath,
          actual: `"${wordsOf(code)}"`,
          expected: `one of ${CODES.join(', ')}`,
          fix: 'write PERMANENT_REDIRECT, or leave it out for 301',
        };
      const policyPath = ['spec', 'sslPolicy'];
      const policy = textOf(valueAt(config, policyPath));
      if (policy !== undefined && policy !== '' && !POLICY.test(policy))
        yield {
          object: config,
          path: policyPath,
          actual: `"${policy}"`,
          expected: 'the name of an SSL policy: small letters, digits and hyphens',
          fix: `write "${policy.toLowerCase().replace(/[^-a-z0-9]/g, '-')}", or the name that the policy has`,
        };
    }
  },
};
