import type { Cause } from './cause';

export const ws551: Cause = {
  code: 'WS551',
  title: 'something forgets quiet connections without a word',
  story: 'Clients believe they are connected and hear nothing until their own timeout, often a minute later.',
  why: 'A NAT gateway or firewall drops the state of a quiet connection; no FIN or RST tells either end.',
  source: 'https://docs.cloud.google.com/nat/docs/tune-nat-configuration',
  shows: { 'went-silent': 'must', 'polls-cut': 'may' },
  separates: [
    { from: 'WS520', by: 'cut-at-one-silence' },
    { from: 'WS521', by: 'answers-stall' },
  ],
  fix: [
    'Make the heartbeat shorter than the idle timeout of every NAT and firewall on the way (Cloud NAT: 1200 s for established TCP; home routers: minutes).',
  ],
  runbook: ['conntrack -L -p tcp | grep :443'],
};
