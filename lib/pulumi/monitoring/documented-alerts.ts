import { METRICS } from '../../server/metrics';

/** One alert on metrics of the application, as Cloud Monitoring evaluates it. */
export interface MetricAlert {
  /** Also the last part of the resource's name. */
  readonly id: string;
  readonly title: string;
  readonly severity: 'WARNING' | 'CRITICAL';
  /** True while something is wrong; `%s` stands for the matcher of the namespace. */
  readonly query: string;
  /** What to do first. */
  readonly firstStep: string;
}

/** Long enough for ten scrapes at 30 s, so that one missed scrape does not raise an alert. */
const WINDOW = '5m';

const { connections, connectionsTotal, disconnects, httpRequests, messageReplays } = METRICS;

/** How long a client was away. Only clients can measure it: it exists where they report it. */
const RECONNECT = 'socket_reconnect_duration_seconds';

/**
 * The eight documented thresholds, on the metrics that the application exports; where it exports none of a metric, that alert never speaks.
 */
export const DOCUMENTED_ALERTS: readonly MetricAlert[] = [
  {
    id: 'churn-warning',
    title: 'More than 5 % of connections are replaced per minute',
    severity: 'WARNING',
    query: `${perMinute(connectionsTotal.name)} / sum(${connections.name}{%s}) > 0.05`,
    firstStep: 'Look at the logs of the balancer and of the application.',
  },
  {
    id: 'churn-critical',
    title: 'More than 10 % of connections are replaced per minute',
    severity: 'CRITICAL',
    query: `${perMinute(connectionsTotal.name)} / sum(${connections.name}{%s}) > 0.1`,
    firstStep: "Check the balancer's timeouts and the health of the zones.",
  },
  {
    id: 'transport-close',
    title: 'More than 1 % of disconnects are "transport close"',
    severity: 'WARNING',
    query: share(disconnects.name, 'reason="transport close"', 0.01),
    firstStep: "Review the balancer's idle timeout.",
  },
  {
    id: 'heartbeat-timeout',
    title: 'More than 5 % of disconnects are missed heartbeats',
    severity: 'CRITICAL',
    // Socket.IO itself calls it "ping timeout".
    query: share(disconnects.name, 'reason=~"heartbeat_timeout|ping timeout"', 0.05),
    firstStep: 'The backend is overloaded, or the network loses packets.',
  },
  {
    id: 'health-checks',
    title: 'More than 10 % of health checks fail',
    severity: 'CRITICAL',
    query: `sum(rate(${httpRequests.name}{endpoint="/health",status!="200",%s}[${WINDOW}])) / sum(rate(${httpRequests.name}{endpoint="/health",%s}[${WINDOW}])) > 0.1`,
    firstStep: 'Check the capacity of the backend and the health of its database.',
  },
  {
    id: 'readiness-probes',
    title: 'More than 5 % of readiness probes fail',
    severity: 'WARNING',
    query: `sum(rate(prober_probe_total{probe_type="Readiness",result="failed",%s}[${WINDOW}])) / sum(rate(prober_probe_total{probe_type="Readiness",%s}[${WINDOW}])) > 0.05`,
    firstStep: 'Raise the resource limits.',
  },
  {
    id: 'reconnect-time',
    title: 'Reconnecting takes more than 5 s on average',
    severity: 'WARNING',
    query: `sum(rate(${RECONNECT}_sum{%s}[${WINDOW}])) / sum(rate(${RECONNECT}_count{%s}[${WINDOW}])) > 5`,
    firstStep: "Look at the clients' reconnection delays and at the time a handshake takes.",
  },
  {
    id: 'failed-resumes',
    title: 'More than 2 % of resumed sessions fail',
    severity: 'WARNING',
    query: share(messageReplays.name, 'status="failed"', 0.02),
    firstStep: 'Check session affinity and the replay cache.',
  },
];

/** The query of an alert for one namespace. */
export function queryOf(alert: MetricAlert, namespace: string): string {
  return alert.query.replaceAll('%s', `namespace=${JSON.stringify(namespace)}`);
}

function perMinute(counter: string): string {
  return `sum(rate(${counter}{%s}[${WINDOW}])) * 60`;
}

function share(counter: string, matcher: string, most: number): string {
  return `sum(rate(${counter}{${matcher},%s}[${WINDOW}])) / sum(rate(${counter}{%s}[${WINDOW}])) > ${most}`;
}
