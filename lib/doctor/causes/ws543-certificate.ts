import type { Cause } from './cause';

export const ws543: Cause = {
  code: 'WS543',
  title: 'the certificate is expired or for another name',
  story: 'Browsers refuse the connection without a word that JavaScript could see.',
  why: 'A WebSocket has no “proceed anyway”: the certificate must be valid for exactly this name.',
  source: 'https://www.rfc-editor.org/rfc/rfc6125',
  shows: { 'certificate-bad': 'must' },
  separates: [{ from: 'WS546', by: 'address-dead' }],
  fix: [
    'Renew it, or add the name; see why renewal did not happen (managed certificate not ACTIVE, DNS challenge refused).',
  ],
  runbook: [
    'openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -dates -ext subjectAltName',
  ],
};
