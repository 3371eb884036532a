import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { settled } from '../input/settings';
import {
  dashboardConfigMap,
  podMonitor,
  rules,
  type Scraped,
  scraperPolicy,
  serviceMonitor,
} from '../observability/monitor-objects';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';
import { EXPORTER_PORT_NAME } from '../workload/nginx-exporter';
import { type MonitorsSettings, readMonitors, type WebSocketMonitorsProps } from './monitors-settings';

/**
 * Watches a server: what scrapes its metrics, the way through the network for whoever does, the rules that judge them, and the dashboard that shows them. All of it
 * says what `INDICATORS` of `holdfast/observability` say.
 *
 * @example
 * const server = new WebSocketServer(chart, 'Server', { name: 'chat', metricsPort: 9090, ...rest });
 * new WebSocketMonitors(chart, 'Monitors', { server, namespace: 'chat', collector: 'prometheus-operator' });
 */
export class WebSocketMonitors extends Construct {
  /** The PodMonitor, ServiceMonitor or PodMonitoring. */
  readonly monitor: ApiObject;
  /** The Service that a ServiceMonitor looks at. */
  readonly service: ApiObject | undefined;
  /** The way in for the scrapers; `undefined` where no policy shuts the pods in, and this one would. */
  readonly networkPolicy: ApiObject | undefined;
  /** The PrometheusRule or Rules. */
  readonly rules: ApiObject | undefined;
  readonly dashboard: ApiObject | undefined;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: WebSocketMonitorsProps) {
    super(...placed(scope, id));
    const settings = settled((problems) => readMonitors(problems, props));
    const { collector, by, alerts, goals, runbookUrl } = settings;
    const scraped = scrapedOf(settings);
    if (by === 'service') {
      const [service, monitor] = serviceMonitor(scraped);
      this.service = kubeObject(this, 'Service', service);
      this.monitor = kubeObject(this, 'Monitor', monitor);
    } else {
      this.service = undefined;
      this.monitor = kubeObject(this, 'Monitor', podMonitor(scraped, collector));
    }
    const shutIn = settings.server.networkPolicy !== undefined;
    this.networkPolicy = shutIn ? kubeObject(this, 'NetworkPolicy', scraperPolicy(scraped)) : undefined;
    const options = {
      ...(goals === undefined ? {} : { goals }),
      ...(runbookUrl === undefined ? {} : { runbookUrl }),
    };
    this.rules = alerts ? kubeObject(this, 'Rules', rules(scraped, collector, options)) : undefined;
    this.dashboard = settings.dashboard ? kubeObject(this, 'Dashboard', dashboardConfigMap(scraped)) : undefined;
  }
}

function scrapedOf(settings: MonitorsSettings): Scraped {
  const { server, namespace, metricsPort, path, intervalSeconds, scraperNamespaces, labels } = settings;
  const { name, selector, timing, maxConnections, exporterPort } = server;
  return {
    namespace,
    name,
    timing,
    ...(maxConnections === undefined ? {} : { maxConnections }),
    selector,
    port: 'metrics',
    portNumber: metricsPort,
    path,
    intervalSeconds,
    scraperNamespaces,
    labels,
    ...(exporterPort === undefined ? {} : { exporterPort: EXPORTER_PORT_NAME, exporterPortNumber: exporterPort }),
  };
}
