import type { Environment } from 'holdfast/environments';
import { production } from './production';

/** Every environment there is. Another one is another file like production.ts, and its name here. */
export const ENVIRONMENTS: readonly Environment[] = [production];
