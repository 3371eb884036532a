import type { Cause } from './cause';

export const ws528: Cause = {
  code: 'WS528',
  title: 'requests meet connections that are just being closed',
  story: 'Now and then a request ends in 502, without any rollout.',
  why: 'The server closes idle connections earlier than the proxy that keeps them (Node after 5 s, Google’s balancer after 600 s).',
  source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution#timeout-keepalive-backends',
  shows: { 'keep-alive-race': 'must', 'service-gap': 'may', 'follow-ups-fail': 'may' },
  separates: [{ from: 'WS527', by: 'keep-alive-race' }],
  fix: [
    'Let the server keep idle connections longer than the proxy does: keepAliveTimeout above 600 s behind Google, above the idle timeout behind an ALB.',
  ],
  runbook: ['kubectl logs deploy/NAME -c nginx | grep "prematurely closed"'],
};
