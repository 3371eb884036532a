import { namespaceOf } from '../../manifest/bundle';
import { bindingOf } from '../../system/backend-binding';
import { gkeEntrancesOf } from '../../system/backend-config';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws211: Rule = {
  code: 'WS211',
  level: 'error',
  title: 'the BackendConfig that a Service names exists in its namespace',
  story: 'The Ingress freezes: the balancer keeps what it had, and no change arrives any more.',
  why: 'The controller looks in the namespace of the Service only; a name that is not there is an error for the whole Ingress.',
  fix: 'Correct the name, or put the BackendConfig into the namespace of the Service.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
  kinds: [...ENTRANCE_KINDS, 'BackendConfig'],
  *check(bundle) {
    for (const entrance of gkeEntrancesOf(bundle)) {
      const binding = bindingOf(bundle, entrance);
      if (binding.state !== 'dangling') continue;
      const { elsewhere, name } = binding;
      if (elsewhere === undefined && bundle.incomplete) continue;
      const namespace = namespaceOf(entrance.service) || 'its own namespace';
      yield {
        object: entrance.service,
        path: ['metadata', 'annotations', binding.annotation],
        actual:
          elsewhere === undefined
            ? `names BackendConfig ${name}, which is not among these objects`
            : `names BackendConfig ${name}, which is in namespace ${elsewhere}`,
        expected: `a BackendConfig of this name in ${namespace}`,
        fix:
          elsewhere === undefined
            ? `correct the name, or check the BackendConfig together with the Service`
            : `move BackendConfig ${name} to ${namespace}`,
      };
    }
  },
};
