import type { Cause } from './cause';
import { ws501 } from './ws501-no-affinity';
import { ws502 } from './ws502-cookie-not-returned';
import { ws503 } from './ws503-shared-addresses';
import { ws504 } from './ws504-instance-groups';
import { ws505 } from './ws505-upgrade-dropped';
import { ws506 } from './ws506-http2-only';
import { ws507 } from './ws507-cached-handshake';
import { ws508 } from './ws508-path-rewritten';
import { ws509 } from './ws509-no-route';
import { ws510 } from './ws510-query-lost';
import { ws511 } from './ws511-one-pod-broken';
import { ws512 } from './ws512-health-path-missing';
import { ws513 } from './ws513-health-coupled';
import { ws514 } from './ws514-balancer-kept-out';
import { ws515 } from './ws515-bound-to-localhost';
import { ws516 } from './ws516-no-endpoints';
import { ws517 } from './ws517-settings-not-in-force';
import { ws518 } from './ws518-no-controller';
import { ws519 } from './ws519-lifetime';
import { ws520 } from './ws520-idle-timeout';
import { ws521 } from './ws521-event-loop-blocked';
import { ws522 } from './ws522-client-asleep';
import { ws523 } from './ws523-heartbeat-misset';
import { ws524 } from './ws524-out-of-memory';
import { ws525 } from './ws525-grace-exceeded';
import { ws526 } from './ws526-liveness-kills-busy';
import { ws527 } from './ws527-stops-too-early';
import { ws528 } from './ws528-keep-alive-race';
import { ws529 } from './ws529-drained-too-fast';
import { ws530 } from './ws530-told-to-stay-away';
import { ws531 } from './ws531-closed-at-once';
import { ws532 } from './ws532-drain-flag-stuck';
import { ws533 } from './ws533-proxy-reloaded';
import { ws534 } from './ws534-connection-ceiling';
import { ws535 } from './ws535-body-limit';
import { ws536 } from './ws536-origin-refused';
import { ws537 } from './ws537-guarded';
import { ws538 } from './ws538-protocol-version';
import { ws539 } from './ws539-restarts';
import { ws540 } from './ws540-pods-moved';
import { ws541 } from './ws541-no-adapter';
import { ws542 } from './ws542-state-lost';
import { ws543 } from './ws543-certificate';
import { ws544 } from './ws544-configuration-not-rolled';
import { ws545 } from './ws545-throttled';
import { ws546 } from './ws546-address-dead';
import { ws547 } from './ws547-affinity-by-connection';
import { ws548 } from './ws548-rate-limit';
import { ws549 } from './ws549-redirected';
import { ws550 } from './ws550-silent-tunnel';
import { ws551 } from './ws551-dropped-silently';
import { ws552 } from './ws552-handshake-throws';

/** Every cause, by code. */
export const CAUSES: readonly Cause[] = [
  ws501,
  ws502,
  ws503,
  ws504,
  ws505,
  ws506,
  ws507,
  ws508,
  ws509,
  ws510,
  ws511,
  ws512,
  ws513,
  ws514,
  ws515,
  ws516,
  ws517,
  ws518,
  ws519,
  ws520,
  ws521,
  ws522,
  ws523,
  ws524,
  ws525,
  ws526,
  ws527,
  ws528,
  ws529,
  ws530,
  ws531,
  ws532,
  ws533,
  ws534,
  ws535,
  ws536,
  ws537,
  ws538,
  ws539,
  ws540,
  ws541,
  ws542,
  ws543,
  ws544,
  ws545,
  ws546,
  ws547,
  ws548,
  ws549,
  ws550,
  ws551,
  ws552,
];

/** The cause with this code, whatever its case. */
export function causeOf(code: string): Cause | undefined {
  return CAUSES.find((cause) => cause.code === code.toUpperCase());
}
