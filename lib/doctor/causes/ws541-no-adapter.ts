import type { Cause } from './cause';

export const ws541: Cause = {
  code: 'WS541',
  title: 'pods do not hear each other',
  story: 'People are connected and miss each other’s messages.',
  why: 'Without an adapter a broadcast reaches the clients of one pod.',
  source: 'https://socket.io/docs/v4/adapter/',
  shows: { 'pods-deaf': 'must' },
  separates: [{ from: 'WS542', by: 'state-lost' }],
  fix: ['Add an adapter: Redis streams, or another that your infrastructure has.'],
  runbook: ['npm ls | grep adapter'],
};
