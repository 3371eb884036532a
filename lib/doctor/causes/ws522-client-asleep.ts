import type { Cause } from './cause';

export const ws522: Cause = {
  code: 'WS522',
  title: 'the client itself was asleep',
  story: 'Single clients drop out with “ping timeout”: laptops, phones, tabs in the background.',
  why: 'A machine that sleeps answers no ping, and the server closes.',
  source: 'https://developer.chrome.com/blog/timer-throttling-in-chrome-88',
  shows: { 'doctor-slept': 'must' },
  separates: [{ from: 'WS521', by: 'doctor-slept' }],
  fix: [
    'Nothing on the server. Let clients reconnect when they wake; keep pingTimeout long enough for a short nap. Look again from a machine that stays awake.',
  ],
  runbook: ['dmesg | grep -i suspend'],
};
