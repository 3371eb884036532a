/** Rules that judge any Kubernetes manifests for what long-lived connections need. Loads neither cdk8s nor Pulumi. */

export type { Assumption } from '../manifest/match';
export { RULES, ruleOf } from './all';
export { HoldfastValidation, type HoldfastValidationOptions } from './at-synth';
export { type CheckOptions, check, checkLoaded, type Report } from './check';
export type { LevelOverrides } from './evaluate';
export { type Finding, fingerprint } from './finding';
export { FORMATS, type Format } from './report/formats';
export type { RenderOptions } from './report/options';
export { render } from './report/render';
export { EVERY_KIND, LEVELS, type Level, type Observation, type Rule } from './rule';
export { SUPPRESSION, type Suppressed, type Suppression } from './suppress';
