import type { Fault } from '../fault';
import { AFFINITY } from './affinity';
import { ENDS } from './ends';
import { HEALTHY } from './healthy';
import { LIMIT } from './limits';
import { PAIRS } from './pairs';
import { PLAIN } from './plain';
import { ROUTE } from './route';
import { SERVER } from './server';
import { TLS } from './tls';

/** Everything that can be broken with one fault at a time. */
export const FAULTS: readonly Fault[] = [...AFFINITY, ...ROUTE, ...SERVER, ...LIMIT, ...ENDS, ...TLS, ...PLAIN];

/** Two faults at a time. */
export const COUPLES: readonly Fault[] = PAIRS;

/** Systems in which nothing is wrong. */
export const CONTROLS: readonly Fault[] = HEALTHY;
