import type { Manifest } from '../manifest/manifest';
import { dashboard } from './dashboard';
import type { Watched } from './indicator';
import { type RuleGroup, type RuleOptions, ruleGroups } from './prometheus-rules';

/** Who scrapes: the operator of Prometheus, or Google's managed Prometheus. */
export type Collector = 'prometheus-operator' | 'google';

/**
 * Where each collector runs unless told otherwise. Google's runs in `gmp-system`, and on Autopilot clusters in `gke-gmp-system`; an operator of Prometheus runs
 * wherever it was installed, so that `monitoring` is a custom and no rule.
 *
 * @see https://docs.cloud.google.com/stackdriver/docs/managed-prometheus/setup-managed
 * @see https://github.com/GoogleCloudPlatform/prometheus-engine/tree/main/charts for the namespace and the labels of the collectors
 */
export const SCRAPER_NAMESPACES: Readonly<Record<Collector, readonly string[]>> = Object.freeze({
  google: ['gmp-system', 'gke-gmp-system'],
  'prometheus-operator': ['monitoring'],
});

/** Where the metrics of a system are, and who may ask for them. */
export interface Scraped extends Watched {
  /** The labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** The name of a container's port, or its number where it has none. */
  readonly port: string | number;
  /** The number of that port, for the network policy. */
  readonly portNumber: number;
  readonly path: string;
  readonly intervalSeconds: number;
  /** The namespaces that the scrapers run in. */
  readonly scraperNamespaces: readonly string[];
  /** Labels by which an operator chooses what it reads. */
  readonly labels: Readonly<Record<string, string>>;
  /** The port of nginx's exporter. @default - none */
  readonly exporterPort?: string;
  readonly exporterPortNumber?: number;
}

/** A missed scrape is one of a dozen, and no scrape takes longer than its share. */
const MOST_TIMEOUT_SECONDS = 10;

const OPERATOR = 'monitoring.coreos.com/v1';
const GOOGLE = 'monitoring.googleapis.com/v1';

/** What scrapes the pods themselves. Terminating pods are scraped to their end: a drain is when one looks. */
export function podMonitor(scraped: Scraped, collector: Collector): Manifest {
  const { selector, namespace } = scraped;
  if (collector === 'google') {
    return {
      apiVersion: GOOGLE,
      kind: 'PodMonitoring',
      metadata: metadata(scraped, scraped.name),
      spec: {
        selector: { matchLabels: { ...selector } },
        endpoints: ports(scraped).map((port) => ({
          port,
          path: scraped.path,
          scheme: 'http',
          ...times(scraped, 'timeout'),
        })),
        targetLabels: { metadata: ['pod', 'container', 'node'] },
        // Drops pods that have ended, not those that are ending.
        filterRunning: true,
      },
    };
  }
  return {
    apiVersion: OPERATOR,
    kind: 'PodMonitor',
    metadata: metadata(scraped, scraped.name),
    spec: {
      selector: { matchLabels: { ...selector } },
      namespaceSelector: { matchNames: [namespace] },
      podMetricsEndpoints: ports(scraped).map((port) => ({
        ...(typeof port === 'number' ? { portNumber: port } : { port }),
        path: scraped.path,
        scheme: 'http',
        ...times(scraped, 'scrapeTimeout'),
        // The labels of the pod are its own; a metric of the application cannot say that it is another's.
        honorLabels: false,
        filterRunning: true,
      })),
    },
  };
}

/** What scrapes the pods through a Service of their own, for operators that choose by Service; and that Service. */
export function serviceMonitor(scraped: Scraped): readonly [Manifest, Manifest] {
  const name = `${scraped.name}-metrics`;
  const labels = { ...scraped.selector, 'holdfast/metrics': 'true' };
  const service: Manifest = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata(scraped, name), labels },
    spec: {
      clusterIP: 'None',
      // A pod that drains is not ready, and is what one wants to see.
      publishNotReadyAddresses: true,
      selector: { ...scraped.selector },
      ports: [
        { name: 'metrics', port: scraped.portNumber, targetPort: scraped.port, protocol: 'TCP' },
        ...(scraped.exporterPort === undefined
          ? []
          : [
              {
                name: scraped.exporterPort,
                port: scraped.exporterPortNumber,
                targetPort: scraped.exporterPort,
                protocol: 'TCP',
              },
            ]),
      ],
    },
  };
  const monitor: Manifest = {
    apiVersion: OPERATOR,
    kind: 'ServiceMonitor',
    metadata: metadata(scraped, scraped.name),
    spec: {
      selector: { matchLabels: labels },
      namespaceSelector: { matchNames: [scraped.namespace] },
      endpoints: ['metrics', ...(scraped.exporterPort === undefined ? [] : [scraped.exporterPort])].map((port) => ({
        port,
        path: scraped.path,
        scheme: 'http',
        ...times(scraped, 'scrapeTimeout'),
        honorLabels: false,
      })),
    },
  };
  return [service, monitor];
}

/** Every recording and alerting rule. */
export function rules(scraped: Scraped, collector: Collector, options: RuleOptions = {}): Manifest {
  return {
    apiVersion: collector === 'google' ? GOOGLE : OPERATOR,
    kind: collector === 'google' ? 'Rules' : 'PrometheusRule',
    metadata: metadata(scraped, scraped.name),
    spec: { groups: ruleGroups(scraped, options).map(plainGroup) },
  };
}

/** The dashboard in the form that Grafana's sidecar looks for. */
export function dashboardConfigMap(scraped: Scraped): Manifest {
  const name = `${scraped.name}-dashboard`;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      ...metadata(scraped, name),
      labels: { ...scraped.selector, ...scraped.labels, grafana_dashboard: '1' },
    },
    data: { [`${scraped.namespace}-${scraped.name}.json`]: JSON.stringify(dashboard(scraped)) },
  };
}

/** Lets the scrapers in, to the ports of the metrics and no other. */
export function scraperPolicy(scraped: Scraped): Manifest {
  const numbers = [
    scraped.portNumber,
    ...(scraped.exporterPortNumber === undefined ? [] : [scraped.exporterPortNumber]),
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(scraped, `${scraped.name}-metrics`),
    spec: {
      podSelector: { matchLabels: { ...scraped.selector } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: scraped.scraperNamespaces.map((name) => ({
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
          })),
          ports: numbers.map((port) => ({ protocol: 'TCP', port })),
        },
      ],
    },
  };
}

function metadata({ namespace, selector, labels }: Scraped, name: string) {
  return { name, namespace, labels: { ...selector, ...labels } };
}

function ports({ port, exporterPort }: Scraped): readonly (string | number)[] {
  return exporterPort === undefined ? [port] : [port, exporterPort];
}

function times({ intervalSeconds }: Scraped, timeout: 'timeout' | 'scrapeTimeout') {
  return { interval: `${intervalSeconds}s`, [timeout]: `${Math.min(MOST_TIMEOUT_SECONDS, intervalSeconds)}s` };
}

function plainGroup({ name, interval, rules: list }: RuleGroup) {
  return { name, interval, rules: list.map((rule) => ({ ...rule })) };
}
