import type { Cause } from './cause';

export const ws507: Cause = {
  code: 'WS507',
  title: 'a cache answers handshakes',
  story: 'Two people get one session, and all but one of them are thrown out.',
  why: 'A handshake is a GET that looks like any other; a CDN or proxy that stores it gives the same session id to everybody.',
  source: 'https://docs.cloud.google.com/cdn/docs/caching',
  shows: {
    'same-session-twice': 'must',
    'cache-headers': 'may',
    'follow-ups-lost': 'likely',
    'upgrade-fails': 'likely',
    'kept-on-one-connection': 'may',
    'kept-with-all-cookies': 'may',
    'body-refused': 'may',
    'polls-cut': 'may',
  },
  separates: [{ from: 'WS501', by: 'same-session-twice' }],
  fix: [
    'Take the path of Socket.IO out of the cache (Cloud CDN: enabled false in the BackendConfig; nginx: proxy_cache off).',
  ],
  runbook: [
    "curl -s 'https://HOST/PATH/?EIO=4&transport=polling'; curl -s 'https://HOST/PATH/?EIO=4&transport=polling'   # two different sid?",
  ],
};
