import { BACKEND_CONFIG, bindingOf } from '../../system/backend-binding';
import { CLOUD_SECONDS, ofService } from '../fix/mending';
import type { Cause } from './cause';

export const ws517: Cause = {
  code: 'WS517',
  title: 'the balancer does not have the settings that the objects ask for',
  story: 'A change was applied, and nothing happened.',
  why: 'The annotation sits on the wrong object or names the wrong port, or the controller stopped at an error.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
  shows: {
    'desired-not-actual': 'must',
    'follow-ups-lost': 'may',
    'cut-at-one-age': 'may',
    'cut-at-one-silence': 'may',
  },
  separates: [{ from: 'WS501', by: 'desired-not-actual' }],
  fix: [
    'Put cloud.google.com/backend-config on the Service, with the port that the Ingress uses, and read the events of the Ingress.',
  ],
  runbook: ['kubectl describe ingress | grep -A8 Events'],
  mend: ({ live }) => {
    const { service, bundle, port } = live;
    const [only, ...more] = bundle.ofKind('BackendConfig');
    if (service === undefined || only === undefined || more.length > 0) return undefined;
    if (bindingOf(bundle, { service, port }).state !== 'none') return undefined;
    const path = ['metadata', 'annotations', BACKEND_CONFIG];
    const to = JSON.stringify({ default: only.metadata.name });
    const why = `BackendConfig ${only.metadata.name} is the only one, and no Service names it`;
    const change = ofService(live, { path, from: undefined, to }, why, ['desired-not-actual']);
    return change === undefined ? undefined : { ...change, withinSeconds: CLOUD_SECONDS };
  },
};
