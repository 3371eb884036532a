import type { Row } from '../panel';
import { COMING_BACK } from './coming-back';
import { CONNECTED } from './connected';
import { GETTING_IN } from './getting-in';
import { MACHINE } from './machine';
import { ROLLOUTS } from './rollouts';
import { STAYING } from './staying';

/** What the dashboard shows, in the order of a connection's life. */
export const ROWS: readonly Row[] = Object.freeze([CONNECTED, GETTING_IN, STAYING, COMING_BACK, ROLLOUTS, MACHINE]);
