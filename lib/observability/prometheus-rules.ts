import { METRICS } from '../server/metrics';
import { forSystem, type Indicator, matchersOf, type Severity, thresholdOf, type Watched } from './indicator';
import { INDICATORS } from './indicators';
import { BURN_WINDOWS, BURNS, type Burn, type Goals, type Objective, objectives } from './objective';
import { increaseOf, rateOf } from './queries';

/** A group of rules as Prometheus, its operator and Google's managed Prometheus read it. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleOptions {
  /** What is promised. @default - 99.9 % of handshakes, 99 % of connections */
  readonly goals?: Goals;
  /** The page that has a heading for each cause. @default - alerts link nowhere */
  readonly runbookUrl?: string;
}

/** The five documented indicators, by the names they are recorded under. @see {@link recordings} */
const RECORDED: Readonly<Record<string, string>> = {
  'holdfast:handshake_success:ratio': `${rateOf('handshakeSuccesses')} / ${rateOf('handshakeAttempts')}`,
  'holdfast:websocket_upgrade:ratio': `${rateOf('webSocketUpgrades')} / ${rateOf('handshakeSuccesses')}`,
  'holdfast:session_duration:median': `histogram_quantile(0.5, sum by (le) (rate(${METRICS.sessionDuration.name}_bucket{%s}[1h])))`,
  'holdfast:bad_requests:per_hour': increaseOf('badRequests', '', { window: '1h' }),
  'holdfast:pods_ready:ratio':
    'sum(kube_pod_status_ready{condition="true",%s}) / count(kube_pod_status_ready{condition="true",%s})',
};

/** Every rule of a system: what is recorded, an alert for each indicator, and the speed at which each error budget is spent. */
export function ruleGroups(watched: Watched, options: RuleOptions = {}): readonly RuleGroup[] {
  const matchers = matchersOf(watched);
  const labels = { namespace: watched.namespace, app: watched.name };
  const promises = objectives(options.goals);
  const record = ([name, query]: readonly [string, string]): RecordingRule => ({
    record: name,
    expr: forSystem(query, matchers),
    labels,
  });
  return [
    { name: `${watched.name}-indicators`, interval: '30s', rules: Object.entries(RECORDED).map(record) },
    {
      name: `${watched.name}-alerts`,
      interval: '30s',
      rules: INDICATORS.flatMap((indicator) => alertOf(indicator, watched, options) ?? []),
    },
    ...promises.map((objective) => ({
      name: `${watched.name}-${objective.id}`,
      interval: '1m',
      rules: [
        ...BURN_WINDOWS.map((window) => record([errorsOver(objective, window), errorShare(objective, window)])),
        ...BURNS.map((burn) => burnAlert(objective, burn, watched, options)),
      ],
    })),
  ];
}

/** What an alert of this indicator asks; `undefined` where its threshold cannot be known. */
export function alertExpression(indicator: Indicator, watched: Watched): string | undefined {
  const threshold = thresholdOf(indicator, watched);
  return threshold === undefined ? undefined : expressionOf(indicator, threshold, matchersOf(watched));
}

/** An indicator above this, for whatever the matchers select. */
export function expressionOf({ query, enough }: Indicator, threshold: number, matchers: string): string {
  const value = / (or|-|and) /.test(query) ? `(${query})` : query;
  const wrong = `${value} > ${threshold}`;
  return forSystem(enough === undefined ? wrong : `${wrong} and ${enough}`, matchers);
}

/** `churn-warning` becomes `WebSocketChurnWarning`. */
export function alertName(id: string): string {
  return `WebSocket${id.replaceAll(/(?:^|-)([a-z0-9])/g, (_dash, letter: string) => letter.toUpperCase())}`;
}

function alertOf(indicator: Indicator, watched: Watched, options: RuleOptions): AlertingRule | undefined {
  const expr = alertExpression(indicator, watched);
  if (expr === undefined) return undefined;
  return alert(indicator.id, expr, indicator.forSeconds, indicator, watched, options);
}

function burnAlert(objective: Objective, burn: Burn, watched: Watched, options: RuleOptions): AlertingRule {
  const most = Number(((1 - objective.goal) * burn.times).toPrecision(6));
  const over = (window: string) =>
    `${errorsOver(objective, window)}{namespace=${JSON.stringify(watched.namespace)},app=${JSON.stringify(watched.name)}} > ${most}`;
  const enough = forSystem(
    `${objective.all.replaceAll('%w', '1h')} * 3600 > ${objective.fewestInAnHour}`,
    matchersOf(watched),
  );
  const title = `${objective.title}: the error budget of 28 days is spent ${burn.times} times too fast`;
  return alert(
    `${objective.id}-budget-${burn.long}`,
    `${over(burn.long)} and ${over(burn.short)} and on () ${enough}`,
    0,
    { ...objective, title, severity: burn.severity },
    watched,
    options,
  );
}

function alert(
  id: string,
  expr: string,
  forSeconds: number,
  about: { readonly title: string; readonly severity: Severity; readonly firstStep: string; readonly cause: string },
  watched: Watched,
  options: RuleOptions,
): AlertingRule {
  return {
    alert: alertName(id),
    expr,
    for: `${forSeconds}s`,
    labels: { severity: about.severity, namespace: watched.namespace, app: watched.name, cause: about.cause },
    annotations: {
      summary: `${watched.namespace}/${watched.name}: ${about.title}`,
      description: about.firstStep,
      ...(options.runbookUrl === undefined
        ? {}
        : { runbook_url: `${options.runbookUrl}#${about.cause.toLowerCase()}` }),
    },
  };
}

function errorsOver({ id }: Objective, window: string): string {
  return `holdfast:${id}_errors:ratio_rate${window}`;
}

function errorShare({ bad, all }: Objective, window: string): string {
  return `${bad} / ${all}`.replaceAll('%w', window);
}
