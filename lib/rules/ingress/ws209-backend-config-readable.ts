import { bindingOf } from '../../system/backend-binding';
import { gkeEntrancesOf } from '../../system/backend-config';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws209: Rule = {
  code: 'WS209',
  level: 'error',
  title: 'the annotation that names the BackendConfig can be read',
  story: 'One wrong quote freezes the whole Ingress: no new host, path or certificate arrives until it is mended.',
  why: 'The annotation is JSON with "default" or "ports"; anything else is a translation error, and a translation error stops the sync of the Ingress.',
  fix: 'Write \'{"default": "<name>"}\'.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/backendconfig/utils.go',
  kinds: [...ENTRANCE_KINDS, 'BackendConfig'],
  *check(bundle) {
    for (const entrance of gkeEntrancesOf(bundle)) {
      const binding = bindingOf(bundle, entrance);
      if (binding.state !== 'unreadable') continue;
      const name = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(binding.text) ? binding.text : '<name>';
      yield {
        object: entrance.service,
        path: ['metadata', 'annotations', binding.annotation],
        actual: `'${binding.text}'`,
        expected: 'JSON with "default" or "ports"',
        fix: `write '{"default": "${name}"}'`,
      };
    }
  },
};
