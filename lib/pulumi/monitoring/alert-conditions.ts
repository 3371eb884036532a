import * as pulumi from '@pulumi/pulumi';

/** Conditions of alert policies in the fields of Cloud Monitoring, without the resources around them. */

/** More than ten Socket.IO requests answered 400 in each minute of five: the documented threshold. */
const BAD_REQUESTS = { perMinute: 10, seconds: 300 } as const;

/**
 * How many times faster than allowed the error budget may be spent over an hour: Google's own figure for what somebody should be woken for.
 *
 * @see https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/alerting-on-budget-burn-rate
 */
const FAST_BURN = { times: 10, lookback: '3600s' } as const;

/** Two regions must agree, so that one that cannot reach the host does not wake anybody. */
const FAILING_REGIONS = 1;

/** The condition on the counted 400s. */
export function badRequestsCondition(metricType: string, resourceType: string) {
  return {
    displayName: `More than ${BAD_REQUESTS.perMinute} Socket.IO 400s a minute for ${BAD_REQUESTS.seconds} s`,
    conditionThreshold: {
      filter: `metric.type="${metricType}" AND resource.type="${resourceType}"`,
      comparison: 'COMPARISON_GT',
      thresholdValue: BAD_REQUESTS.perMinute,
      duration: `${BAD_REQUESTS.seconds}s`,
      aggregations: [{ alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_DELTA', crossSeriesReducer: 'REDUCE_SUM' }],
      // No line in the log is no request, not an unknown number of them.
      evaluationMissingData: 'EVALUATION_MISSING_DATA_INACTIVE',
      trigger: { count: 1 },
    },
  };
}

/** The condition on an uptime check: its last result in more than one region is a failure. */
export function uptimeCondition(checkId: pulumi.Input<string>, path: string, periodSeconds: number) {
  return {
    displayName: `${path} does not answer`,
    conditionThreshold: {
      filter: pulumi.interpolate`metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url" AND metric.labels.check_id="${checkId}"`,
      comparison: 'COMPARISON_GT',
      thresholdValue: FAILING_REGIONS,
      duration: '60s',
      aggregations: [
        {
          // Regions take turns within a period: two of them hold a result of each.
          alignmentPeriod: `${2 * periodSeconds}s`,
          perSeriesAligner: 'ALIGN_NEXT_OLDER',
          crossSeriesReducer: 'REDUCE_COUNT_FALSE',
          groupByFields: ['resource.label.project_id', 'resource.label.host'],
        },
      ],
      trigger: { count: 1 },
    },
  };
}

/** The condition on the speed at which the error budget of an objective is spent. */
export function burnRateCondition(objectiveName: pulumi.Input<string>) {
  return {
    displayName: `Handshakes fail ${FAST_BURN.times} times faster than the objective allows`,
    conditionThreshold: {
      filter: pulumi.interpolate`select_slo_burn_rate("${objectiveName}", "${FAST_BURN.lookback}")`,
      comparison: 'COMPARISON_GT',
      thresholdValue: FAST_BURN.times,
      duration: '0s',
      trigger: { count: 1 },
    },
  };
}
