import { textOf } from '../../manifest/field';
import { blockOf, boundConfigs } from '../../system/backend-config';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws262: Rule = {
  code: 'WS262',
  level: 'error',
  title: 'a security policy of Cloud Armor is for an external balancer',
  story: 'The Ingress does not sync: no host, path or timeout of it changes any more.',
  why: 'The backend services of an internal Application Load Balancer take no security policy of this kind, and the controller says so with an error for the whole Ingress.',
  fix: 'Leave securityPolicy out of the BackendConfig of an internal Ingress.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#cloud_armor',
  kinds: [...ENTRANCE_KINDS, 'BackendConfig'],
  *check(bundle) {
    for (const { config, entrances } of boundConfigs(bundle)) {
      const name = textOf(blockOf(config, 'securityPolicy').name) ?? '';
      const inside = entrances.find(({ controller }) => controller === 'gce-internal');
      if (name === '' || inside === undefined) continue;
      yield {
        object: config,
        path: ['spec', 'securityPolicy', 'name'],
        actual: `"${name}", for the internal Ingress ${inside.route.metadata.name}`,
        expected: 'no security policy',
        fix: 'remove securityPolicy, or give the internal Ingress a BackendConfig of its own',
      };
    }
  },
};
