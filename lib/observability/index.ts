/** What is watched in a system of long-lived connections: every indicator once, and the rules made of them. Pure data; loads no cdk8s. */
export { CUT_AGES } from './cut-ages';
export { forSystem, type Indicator, matchersOf, type Severity, thresholdOf, type Watched } from './indicator';
export { INDICATORS } from './indicators';
export { BURNS, type Burn, type Goals, type Objective, objectives } from './objective';
export {
  type AlertingRule,
  alertExpression,
  alertName,
  type RecordingRule,
  type RuleGroup,
  type RuleOptions,
  ruleGroups,
} from './prometheus-rules';
