import type * as pulumi from '@pulumi/pulumi';
import { checkHost, checkInteger, checkLabelName, checkUrlPath } from '../../input/kubernetes';
import { type Problems, shown } from '../../input/problems';
import type { Indicator } from '../../observability/indicator';
import type { WatchedServer } from './indicator-condition';
import type { RequestLogs } from './log-filter';

export interface WebSocketMonitoringArgs {
  /** What everything is called after; two systems in one project need two names. */
  readonly name: string;

  /** The project, which a monitored URL belongs to. */
  readonly project: pulumi.Input<string>;

  /** The host that clients use. */
  readonly host: string;

  /** The namespace of the server's metrics. */
  readonly namespace: string;

  /** Where requests to the Socket.IO endpoint are logged. */
  readonly logs: RequestLogs;

  /** Asked from several places of the world. @default - `/health` every 5 minutes, 10 s to answer */
  readonly uptime?: UptimeProps;

  /** Who is told. @default - nobody; incidents are shown in the console only */
  readonly notifications?: NotificationProps;

  /** Alerts on the application's own metrics, by managed Prometheus. @default INDICATORS of holdfast/observability */
  readonly indicators?: readonly Indicator[];

  /**
   * Whose metrics they are, a `WebSocketServer` for one.
   *
   * @default - those of all pods of the namespace; what follows from a timing, or from how many connections a pod takes, is left out
   */
  readonly server?: WatchedServer;

  /** How many handshakes must succeed. @default - 99.9 % over 28 days */
  readonly objective?: ObjectiveProps;
}

export interface UptimeProps {
  /** A plain HTTP path that answers 200. @default "/health" */
  readonly path?: string;
  /** A part of the answer's body. @default - any body */
  readonly body?: string;
  /** 60, 300, 600 or 900. @default 300, the documented five minutes */
  readonly periodSeconds?: number;
  /** Seconds to answer, 1 to 60. @default 10 */
  readonly timeoutSeconds?: number;
}

export interface NotificationProps {
  readonly emails?: readonly string[];
  /** URL that gets a POST for each incident; it may hold a token, so it is a secret. */
  readonly webhook?: pulumi.Input<string>;
  /** Names of channels that exist, `projects/…/notificationChannels/…`. */
  readonly channels?: readonly pulumi.Input<string>[];
}

export interface ObjectiveProps {
  /** Above 0 and at most 0.999. @default 0.999 */
  readonly goal?: number;
  /** 1 to 30. @default 28, four whole weeks, so that no weekend counts twice */
  readonly days?: number;
}

/** Uptime checks are offered for these periods. */
const UPTIME_PERIODS: readonly number[] = [60, 300, 600, 900];

/** The documented path and period; ten seconds are Google's own default. */
export const UPTIME_DEFAULTS = { path: '/health', periodSeconds: 300, timeoutSeconds: 10 } as const;
/** The documented target for handshakes. */
export const OBJECTIVE_DEFAULTS = { goal: 0.999, days: 28 } as const;

/** Notes everything wrong with the arguments of the monitoring. */
export function checkMonitoring(problems: Problems, args: WebSocketMonitoringArgs): void {
  checkLabelName(problems, 'name', args.name);
  checkHost(problems, 'host', args.host ?? '');
  checkLabelName(problems, 'namespace', args.namespace);
  checkUrlPath(problems, 'logs.path', args.logs.path);
  const uptime = { ...UPTIME_DEFAULTS, ...args.uptime };
  checkUrlPath(problems, 'uptime.path', uptime.path);
  if (!UPTIME_PERIODS.includes(uptime.periodSeconds)) {
    problems.add(
      'uptime.periodSeconds',
      `${shown(uptime.periodSeconds)} is not offered; give one of ${UPTIME_PERIODS.join(', ')}`,
    );
  }
  checkInteger(problems, 'uptime.timeoutSeconds', uptime.timeoutSeconds, 1, 60);
  args.notifications?.emails?.forEach((email, i) => {
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
      problems.add(`notifications.emails[${i}]`, `${shown(email)} is not an e-mail address`);
  });
  const objective = { ...OBJECTIVE_DEFAULTS, ...args.objective };
  if (!(objective.goal > 0 && objective.goal <= 0.999))
    problems.add('objective.goal', `${shown(objective.goal)} is out of range; give a number above 0 and at most 0.999`);
  checkInteger(problems, 'objective.days', objective.days, 1, 30);
}
