import type { Cause } from './cause';

export const ws545: Cause = {
  code: 'WS545',
  title: 'the pods are kept from their processor',
  story: 'Everything is slow at once, though nothing is busy.',
  why: 'A limit on the processor stops the process for the rest of each period once it is used up.',
  source: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
  shows: { throttled: 'must', 'answers-stall': 'likely', 'pings-late': 'may' },
  separates: [{ from: 'WS521', by: 'throttled' }],
  fix: ['Raise or remove the limit; keep the request.'],
  runbook: ['kubectl top pod'],
};
