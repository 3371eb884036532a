import { ofTemplate } from '../fix/mending';
import type { Cause } from './cause';

export const ws544: Cause = {
  code: 'WS544',
  title: 'what runs is not what was applied',
  story: 'Two pods of one revision behave differently, or a change has no effect.',
  why: 'A ConfigMap changes without its pods; or somebody edited the file in one of them.',
  source: 'https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically',
  shows: { 'running-not-declared': 'must', 'fails-sometimes': 'may' },
  separates: [{ from: 'WS511', by: 'running-not-declared' }],
  fix: ['Roll the pods (kubectl rollout restart), and let their template carry a hash of the configuration.'],
  runbook: ['kubectl rollout history deploy/NAME'],
  mend: ({ live, recording }) => {
    const path = ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'];
    const why = 'new pods read the configuration that is there now';
    return ofTemplate(live, path, recording.asked.startedAt, why, { verify: ['running-not-declared'] });
  },
};
