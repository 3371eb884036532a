import { Metric } from '@pulumi/gcp/logging/metric';
import { AlertPolicy, type AlertPolicyArgs } from '@pulumi/gcp/monitoring/alertPolicy';
import { CustomService } from '@pulumi/gcp/monitoring/customService';
import { NotificationChannel } from '@pulumi/gcp/monitoring/notificationChannel';
import { Slo } from '@pulumi/gcp/monitoring/slo';
import { UptimeCheckConfig } from '@pulumi/gcp/monitoring/uptimeCheckConfig';
import * as pulumi from '@pulumi/pulumi';
import { Problems } from '../../input/problems';
import { INDICATORS } from '../../observability/indicators';
import { badRequestsCondition, burnRateCondition, uptimeCondition } from './alert-conditions';
import { conditionOf, SEVERITIES } from './indicator-condition';
import { type CountedRequests, logFilter, resourceTypeOf } from './log-filter';
import {
  checkMonitoring,
  type NotificationProps,
  OBJECTIVE_DEFAULTS,
  UPTIME_DEFAULTS,
  type WebSocketMonitoringArgs,
} from './monitoring-args';

const METRICS: Readonly<Record<CountedRequests, { readonly suffix: string; readonly description: string }>> = {
  badRequests: { suffix: 'socketio-400', description: 'Socket.IO requests answered 400' },
  handshakes: { suffix: 'socketio-handshakes', description: 'Socket.IO handshakes' },
  failedHandshakes: { suffix: 'socketio-handshakes-failed', description: 'Socket.IO handshakes that failed' },
};

/** How long an incident stays open without new data: the least that Cloud Monitoring accepts. */
const AUTO_CLOSE = '1800s';

/**
 * Watches a system from the outside: counts Socket.IO errors in its logs, asks its health path from around the world, holds its handshakes to an objective, and tells somebody.
 *
 * @example
 * new WebSocketMonitoring('watch', {
 *   name: 'chat', project: 'my-project', host: 'chat.example.com', namespace: 'production',
 *   logs: { from: 'proxy', namespace: 'production', app: 'chat-backend', path: '/socket.io/' },
 *   notifications: { emails: ['oncall@example.com'] },
 * });
 */
export class WebSocketMonitoring extends pulumi.ComponentResource {
  /** Names of the channels that are told, made here or brought. */
  readonly channels: readonly pulumi.Input<string>[];
  readonly uptimeCheck: UptimeCheckConfig;
  readonly objective: Slo;
  /** Every alert policy by the last part of its name. */
  readonly policies: ReadonlyMap<string, AlertPolicy>;

  /** @throws {InvalidInputError} with everything that is wrong with `args` */
  constructor(name: string, args: WebSocketMonitoringArgs, options: pulumi.ComponentResourceOptions = {}) {
    const problems = new Problems();
    checkMonitoring(problems, args);
    problems.throwIfAny();
    super('holdfast:gcp:WebSocketMonitoring', name, { ...args }, options);

    const policies = new Map<string, AlertPolicy>();
    const resourceType = resourceTypeOf(args.logs);
    this.channels = this.notificationChannels(name, args.notifications ?? {});
    const alert = (
      id: string,
      severity: 'WARNING' | 'CRITICAL',
      title: string,
      firstStep: string,
      condition: pulumi.Input<Unwrapped<AlertPolicyArgs['conditions']>>,
      { dependsOn = [], tells = true }: { dependsOn?: pulumi.Resource[]; tells?: boolean } = {},
    ): void => {
      const policy: AlertPolicyArgs = {
        displayName: `${args.name}: ${title}`,
        severity,
        combiner: 'OR',
        conditions: [condition],
        notificationChannels: tells ? [...this.channels] : [],
        alertStrategy: { autoClose: AUTO_CLOSE },
        documentation: { mimeType: 'text/markdown', content: firstStep },
        userLabels: { app: args.name },
      };
      policies.set(id, new AlertPolicy(`${name}-${id}`, policy, { parent: this, dependsOn }));
    };

    const metrics = {
      badRequests: this.metric(name, 'badRequests', args),
      handshakes: this.metric(name, 'handshakes', args),
      failedHandshakes: this.metric(name, 'failedHandshakes', args),
    };
    alert(
      'socketio-400',
      'CRITICAL',
      'Socket.IO requests are answered 400',
      'Affinity is lost, or a proxy drops the upgrade. See in the log which transport the requests use: polling alone speaks for affinity.',
      badRequestsCondition(metricType(args, 'badRequests'), resourceType),
      { dependsOn: [metrics.badRequests] },
    );

    const uptime = { ...UPTIME_DEFAULTS, ...args.uptime };
    this.uptimeCheck = new UptimeCheckConfig(
      `${name}-uptime`,
      {
        displayName: `${args.name}: https://${args.host}${uptime.path}`,
        period: `${uptime.periodSeconds}s`,
        timeout: `${uptime.timeoutSeconds}s`,
        httpCheck: { path: uptime.path, port: 443, useSsl: true, validateSsl: true, requestMethod: 'GET' },
        monitoredResource: { type: 'uptime_url', labels: { project_id: args.project, host: args.host } },
        ...(uptime.body === undefined
          ? {}
          : { contentMatchers: [{ content: uptime.body, matcher: 'CONTAINS_STRING' }] }),
      },
      { parent: this },
    );
    alert(
      'uptime',
      'CRITICAL',
      `https://${args.host}${uptime.path} does not answer`,
      'Ask the path yourself; then look at the health of the backends and at the certificate.',
      uptimeCondition(this.uptimeCheck.uptimeCheckId, uptime.path, uptime.periodSeconds),
    );

    this.objective = this.handshakeObjective(name, args, resourceType, [metrics.handshakes, metrics.failedHandshakes]);
    alert(
      'handshakes',
      'CRITICAL',
      'Handshakes fail too often',
      'The error budget will not last. Compare the times of the failures with deployments and node drains.',
      burnRateCondition(this.objective.name),
    );

    for (const indicator of args.indicators ?? INDICATORS) {
      const condition = conditionOf(indicator, args.namespace, args.server);
      if (condition === undefined) continue;
      const { id, severity, title, firstStep } = indicator;
      alert(id, SEVERITIES[severity], title, firstStep, condition, { tells: severity !== 'info' });
    }
    this.policies = policies;
    this.registerOutputs({ uptimeCheckId: this.uptimeCheck.uptimeCheckId, objective: this.objective.name });
  }

  private notificationChannels(name: string, to: NotificationProps): readonly pulumi.Input<string>[] {
    const child = { parent: this };
    const emails = (to.emails ?? []).map(
      (email) =>
        new NotificationChannel(
          `${name}-email-${email}`,
          { type: 'email', displayName: email, labels: { email_address: email } },
          child,
        ).name,
    );
    const webhook =
      to.webhook === undefined
        ? []
        : [
            new NotificationChannel(
              `${name}-webhook`,
              {
                type: 'webhook_tokenauth',
                displayName: `${name} webhook`,
                labels: pulumi.secret({ url: to.webhook }),
              },
              child,
            ).name,
          ];
    return [...emails, ...webhook, ...(to.channels ?? [])];
  }

  private metric(name: string, counted: CountedRequests, args: WebSocketMonitoringArgs): Metric {
    const { suffix, description } = METRICS[counted];
    return new Metric(
      `${name}-${suffix}`,
      {
        name: `${args.name}-${suffix}`,
        description: `${description}, ${args.host}`,
        filter: logFilter(counted, args.logs),
        metricDescriptor: {
          metricKind: 'DELTA',
          valueType: 'INT64',
          unit: '1',
          displayName: description,
          ...(args.logs.from === 'proxy'
            ? {
                labels: [
                  {
                    key: 'transport',
                    valueType: 'STRING',
                    description: 'polling, websocket, webtransport, other or none',
                  },
                ],
              }
            : {}),
        },
        ...(args.logs.from === 'proxy'
          ? { labelExtractors: { transport: 'REGEXP_EXTRACT(textPayload, " transport=([a-z]+) ")' } }
          : {}),
      },
      { parent: this },
    );
  }

  private handshakeObjective(
    name: string,
    args: WebSocketMonitoringArgs,
    resourceType: string,
    metrics: readonly Metric[],
  ): Slo {
    const { goal, days } = { ...OBJECTIVE_DEFAULTS, ...args.objective };
    const service = new CustomService(
      `${name}-service`,
      { serviceId: args.name, displayName: `${args.name} (${args.host})` },
      { parent: this },
    );
    const counted = (which: CountedRequests) =>
      `metric.type="${metricType(args, which)}" AND resource.type="${resourceType}"`;
    return new Slo(
      `${name}-objective`,
      {
        service: service.serviceId,
        sloId: 'handshakes',
        displayName: `${goal * 100} % of handshakes succeed over ${days} days`,
        goal,
        rollingPeriodDays: days,
        requestBasedSli: {
          goodTotalRatio: {
            badServiceFilter: counted('failedHandshakes'),
            totalServiceFilter: counted('handshakes'),
          },
        },
      },
      { parent: this, dependsOn: [...metrics] },
    );
  }
}

type Unwrapped<T> = T extends pulumi.Input<pulumi.Input<infer U>[]> ? U : never;

function metricType(args: WebSocketMonitoringArgs, counted: CountedRequests): string {
  return `logging.googleapis.com/user/${args.name}-${METRICS[counted].suffix}`;
}
