import { dev } from './dev';
import type { Environment } from './environment';
import { production } from './production';
import { staging } from './staging';

/** Every environment there is: what is synthesized, deployed and tested. */
export const ENVIRONMENTS: readonly Environment[] = [dev, staging, production];
