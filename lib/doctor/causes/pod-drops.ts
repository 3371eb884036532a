import type { Likelihood } from './cause';

/** What everybody sees from outside when one pod drops its connections, whatever the reason; the reason shows inside the cluster only. */
export const POD_DROPS: Readonly<Record<string, Likelihood>> = {
  'some-end-together': 'must',
  'all-end-together': 'may',
  'service-gap': 'may',
  'answers-stall': 'may',
  'fails-sometimes': 'may',
  'follow-ups-lost': 'may',
  'follow-ups-fail': 'may',
  'new-refused-later': 'may',
  'websocket-fails-sometimes': 'may',
  'upgrade-fails': 'may',
};
