import type { Cause } from './cause';

export const ws546: Cause = {
  code: 'WS546',
  title: 'one address of the name is dead',
  story: 'Some people never connect, or only after a pause; others notice nothing.',
  why: 'Clients choose among the addresses of a name. One that nobody serves, often the IPv6 one, costs them seconds or everything.',
  source: 'https://www.rfc-editor.org/rfc/rfc8305',
  shows: {
    'address-dead': 'must',
    'fails-sometimes': 'may',
    'follow-ups-fail': 'may',
    'websocket-fails-sometimes': 'may',
  },
  separates: [
    { from: 'WS543', by: 'certificate-bad' },
    { from: 'WS511', by: 'address-dead' },
  ],
  fix: ['Remove the address from DNS, or serve it.'],
  runbook: ['dig +short HOST A; dig +short HOST AAAA'],
};
