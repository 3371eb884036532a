import type { Indicator, Severity, Watched } from '../../observability/indicator';
import { alertExpression, expressionOf } from '../../observability/prometheus-rules';

/** What is known of the server whose metrics are watched. */
export type WatchedServer = Pick<Watched, 'name' | 'timing' | 'maxConnections'>;

/** Cloud Monitoring has no lower severity than a warning; nobody is told of what is there to be seen. */
export const SEVERITIES: Readonly<Record<Severity, 'WARNING' | 'CRITICAL'>> = {
  critical: 'CRITICAL',
  warning: 'WARNING',
  info: 'WARNING',
};

/** The condition of an indicator in the fields of Cloud Monitoring; `undefined` where its threshold cannot be known. */
export function conditionOf(indicator: Indicator, namespace: string, server: WatchedServer | undefined) {
  const query =
    server === undefined
      ? typeof indicator.above === 'number'
        ? expressionOf(indicator, indicator.above, `namespace=${JSON.stringify(namespace)}`)
        : undefined
      : alertExpression(indicator, { ...server, namespace });
  if (query === undefined) return undefined;
  return {
    displayName: indicator.title,
    conditionPrometheusQueryLanguage: {
      query,
      duration: `${indicator.forSeconds}s`,
      evaluationInterval: '60s',
      // The metric appears when the application first exports it; without this the policy could not be made before.
      disableMetricValidation: true,
    },
  };
}
