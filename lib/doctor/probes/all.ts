import { address } from './address';
import { elsewhere } from './elsewhere';
import { http2Probe } from './http2';
import { idle } from './idle';
import type { Probe } from './probe';
import { bodies, invented, origin } from './requests';
import { onKeptConnections, sessions, slowly, withAllCookies, withoutCookies } from './sessions';
import { silence } from './silence';
import { crowd, upgrade, websocket } from './websocket';

/** Every probe, cheap ones first: where two would tell as much a second, the first goes. */
export const PROBES: readonly Probe[] = [
  address,
  sessions,
  websocket,
  silence,
  invented,
  elsewhere,
  withAllCookies,
  onKeptConnections,
  withoutCookies,
  upgrade,
  http2Probe,
  origin,
  bodies,
  crowd,
  slowly,
  idle,
];
