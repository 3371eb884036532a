import type { Cause } from './cause';

export const ws523: Cause = {
  code: 'WS523',
  title: 'the heartbeat is set in the wrong unit',
  story: 'The server floods its clients with pings, or notices the dead after hours.',
  why: 'pingInterval and pingTimeout are milliseconds; a 25 that was meant as seconds pings forty times a second.',
  source: 'https://socket.io/docs/v4/server-options/#pinginterval',
  shows: {
    'heartbeat-odd': 'must',
    'pings-late': 'may',
    'closed-together': 'may',
    'closed-at-one-age': 'may',
    'some-end-together': 'may',
    'all-end-together': 'may',
    'cut-at-one-age': 'may',
    'cut-at-one-silence': 'may',
    'went-silent': 'may',
    'upgrade-fails': 'may',
    'follow-ups-lost': 'may',
    'refused-above': 'may',
    'polls-cut': 'may',
    'websocket-silent': 'may',
  },
  separates: [{ from: 'WS520', by: 'heartbeat-odd' }],
  fix: ['Set pingInterval 25000 and pingTimeout 20000 (milliseconds), or what your balancer permits.'],
  runbook: ["curl -s 'https://HOST/PATH/?EIO=4&transport=polling'   # pingInterval, pingTimeout"],
};
