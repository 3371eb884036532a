import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { containersOf, WORKLOAD_KINDS, workloadsWith } from '../../system/pod';
import type { Rule } from '../rule';

/** What each kind of monitor scrapes, and where it says so. */
const MONITORS = {
  ServiceMonitor: { endpoints: 'endpoints', of: 'Service', portsOf: portsOfServices },
  PodMonitor: { endpoints: 'podMetricsEndpoints', of: 'pod', portsOf: portsOfPods },
  PodMonitoring: { endpoints: 'endpoints', of: 'pod', portsOf: portsOfPods },
} as const;

export const ws407: Rule = {
  code: 'WS407',
  level: 'warning',
  title: 'a monitor asks a port that its Services or pods have',
  story: 'There are no metrics, so no alert can fire; a missing metric looks like silence.',
  why: 'A monitor names the port of a Service (ServiceMonitor) or of a container (PodMonitor, PodMonitoring); a name that is not there makes a target that does not exist.',
  fix: 'Use the name of the port.',
  source: 'https://prometheus-operator.dev/docs/developer/getting-started/#using-servicemonitors',
  kinds: [...WORKLOAD_KINDS, 'PodMonitor', 'PodMonitoring', 'Service', 'ServiceMonitor'],
  *check(bundle) {
    for (const [kind, { endpoints, of, portsOf }] of Object.entries(MONITORS)) {
      for (const monitor of bundle.ofKind(kind)) {
        const labels = mappingOf(valueAt(monitor, ['spec', 'selector', 'matchLabels']));
        const names = Object.keys(labels).length === 0 ? undefined : portsOf(bundle, monitor, labels);
        if (names === undefined) continue;
        for (const [i, endpoint] of listOf(valueAt(monitor, ['spec', endpoints])).entries()) {
          const port = textOf(mappingOf(endpoint).port);
          if (port === undefined || names.includes(port)) continue;
          yield {
            object: monitor,
            path: ['spec', endpoints, i, 'port'],
            actual: `"${port}"`,
            expected: `one of ${[...new Set(names)].join(', ') || 'the ports, once they have names'}`,
            fix: `use the name of a port of the ${of}`,
          };
        }
      }
    }
  },
};

type Labels = Readonly<Record<string, unknown>>;

/** The names of the ports of what a monitor selects; `undefined` where it selects nothing that is here. */
function portsOfServices(bundle: Bundle, monitor: Manifest, labels: Labels): readonly string[] | undefined {
  const services = bundle
    .ofKind('Service')
    .filter(
      (service) =>
        namespaceOf(service) === namespaceOf(monitor) &&
        Object.entries(labels).every(([name, value]) => valueAt(service, ['metadata', 'labels', name]) === value),
    );
  return services.length === 0
    ? undefined
    : services.flatMap((service) => namesOf(listOf(valueAt(service, ['spec', 'ports']))));
}

function portsOfPods(bundle: Bundle, monitor: Manifest, labels: Labels): readonly string[] | undefined {
  const workloads = workloadsWith(bundle, namespaceOf(monitor), labels);
  return workloads.length === 0
    ? undefined
    : workloads.flatMap((workload) => containersOf(workload).flatMap(({ value }) => namesOf(listOf(value.ports))));
}

function namesOf(ports: readonly unknown[]): readonly string[] {
  return ports.flatMap((port) => textOf(mappingOf(port).name) ?? []);
}
