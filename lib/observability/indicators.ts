import { DOCUMENTED_INDICATORS } from './documented';
import { FOUND_INDICATORS } from './found';
import type { Indicator } from './indicator';

/** Everything that is watched, each thing once. Alerts, panels, policies and papers are made of it. */
export const INDICATORS: readonly Indicator[] = Object.freeze([...DOCUMENTED_INDICATORS, ...FOUND_INDICATORS]);
