import type { Cause } from './cause';

export const ws533: Cause = {
  code: 'WS533',
  title: 'a proxy was reloaded or replaced',
  story: 'Everybody drops out at one moment, on all pods, and comes back at once.',
  why: 'A new configuration starts new workers; the old ones end after worker_shutdown_timeout and take their connections along.',
  source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout',
  shows: {
    'all-end-together': 'must',
    'nginx-reloaded': 'must',
    'some-end-together': 'may',
    'new-refused-later': 'may',
  },
  separates: [
    { from: 'WS524', by: 'service-gap' },
    { from: 'WS519', by: 'cut-at-one-age' },
  ],
  fix: ['Reload proxies seldom, and give old workers as long as a drain lasts (worker_shutdown_timeout).'],
  runbook: ['kubectl logs POD -c nginx | grep "signal process started\\|gracefully shutting down"'],
};
