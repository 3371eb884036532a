/** What is watched in a system of long-lived connections: every indicator once, and the rules made of them. Pure data; loads no cdk8s. */
export { CUT_AGES } from './cut-ages';
export { dashboard, type GrafanaDashboard } from './dashboard';
export { dashboardSvg, type Series } from './dashboard-svg';
export { forSystem, type Indicator, matchersOf, type Severity, thresholdOf, type Watched } from './indicator';
export { INDICATORS } from './indicators';
export {
  type Collector,
  dashboardConfigMap,
  podMonitor,
  rules,
  SCRAPER_NAMESPACES,
  type Scraped,
  scraperPolicy,
  serviceMonitor,
} from './monitor-objects';
export { BURNS, type Burn, type Goals, type Objective, objectives } from './objective';
export { type Line, type Panel, panelQuery, type Row, type Target, type Unit } from './panel';
export { ROWS } from './panels/all';
export {
  type AlertingRule,
  alertExpression,
  alertName,
  type RecordingRule,
  type RuleGroup,
  type RuleOptions,
  ruleGroups,
} from './prometheus-rules';
