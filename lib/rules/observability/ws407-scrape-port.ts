import { namespaceOf } from '../../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt } from '../../manifest/field';
import type { Rule } from '../rule';

export const ws407: Rule = {
  code: 'WS407',
  level: 'warning',
  title: 'a ServiceMonitor asks a port that its Services have',
  story: 'There are no metrics, so no alert can fire; a missing metric looks like silence.',
  why: 'endpoints[].port is the name of a port of the Service; a name that is not there makes a target that does not exist.',
  fix: 'Use the name of the port.',
  source: 'https://prometheus-operator.dev/docs/developer/getting-started/#using-servicemonitors',
  kinds: ['Service', 'ServiceMonitor'],
  *check(bundle) {
    for (const monitor of bundle.ofKind('ServiceMonitor')) {
      const labels = Object.entries(mappingOf(valueAt(monitor, ['spec', 'selector', 'matchLabels'])));
      if (labels.length === 0) continue;
      const services = bundle
        .ofKind('Service')
        .filter(
          (service) =>
            namespaceOf(service) === namespaceOf(monitor) &&
            labels.every(([name, value]) => valueAt(service, ['metadata', 'labels', name]) === value),
        );
      const names = services.flatMap((service) =>
        listOf(valueAt(service, ['spec', 'ports'])).map((port) => textOf(mappingOf(port).name)),
      );
      if (services.length === 0) continue;
      for (const [i, endpoint] of listOf(valueAt(monitor, ['spec', 'endpoints'])).entries()) {
        const port = textOf(mappingOf(endpoint).port);
        if (port === undefined || names.includes(port)) continue;
        yield {
          object: monitor,
          path: ['spec', 'endpoints', i, 'port'],
          actual: `"${port}"`,
          expected: `one of ${[...new Set(names.filter((name) => name !== undefined))].join(', ') || 'the ports, once they have names'}`,
          fix: 'use the name of a port of the Service',
        };
      }
    }
  },
};
