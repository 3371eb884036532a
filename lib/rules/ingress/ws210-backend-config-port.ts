import { wordsOf } from '../../manifest/field';
import { bindingOf } from '../../system/backend-binding';
import { gkeEntrancesOf } from '../../system/backend-config';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws210: Rule = {
  code: 'WS210',
  level: 'error',
  title: 'the annotation names a BackendConfig for the port that the Ingress uses',
  story:
    'The BackendConfig is tied to a port that nobody uses. The one in use gets the default of 30 seconds, without an event.',
  why: 'The controller looks for the port’s name, then its number, then "default"; when none is there, the port silently has no BackendConfig.',
  fix: 'Name the port that the Ingress uses, or use "default".',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/backendconfig/utils.go',
  kinds: [...ENTRANCE_KINDS, 'BackendConfig'],
  *check(bundle) {
    for (const entrance of gkeEntrancesOf(bundle)) {
      const binding = bindingOf(bundle, entrance);
      if (binding.state !== 'unmatched') continue;
      const port = entrance.port?.value;
      yield {
        object: entrance.service,
        path: ['metadata', 'annotations', binding.annotation],
        actual: `'${binding.text}', which says nothing of port ${wordsOf(port?.name ?? port?.port ?? entrance.reference.port)}`,
        expected: `"default", or port ${wordsOf(port?.port ?? entrance.reference.port)} in "ports"`,
        fix: 'use {"default": "<name>"}',
      };
    }
  },
};
