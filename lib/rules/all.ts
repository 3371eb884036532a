import { ws201 } from './ingress/ws201-fake-idle-timeout';
import { ws202 } from './ingress/ws202-fake-websocket-services';
import { ws203 } from './ingress/ws203-unknown-google-annotation';
import { ws204 } from './ingress/ws204-class-by-annotation';
import { ws205 } from './ingress/ws205-one-class';
import { ws206 } from './ingress/ws206-foreign-annotation';
import { ws207 } from './ingress/ws207-backend-config-bound';
import { ws208 } from './ingress/ws208-backend-config-annotation-place';
import { ws209 } from './ingress/ws209-backend-config-readable';
import { ws210 } from './ingress/ws210-backend-config-port';
import { ws211 } from './ingress/ws211-backend-config-exists';
import { ws212 } from './ingress/ws212-neg';
import { ws213 } from './ingress/ws213-http1-backend';
import { ws214 } from './ingress/ws214-app-protocols';
import { ws215 } from './ingress/ws215-affinity-type';
import { ws216 } from './ingress/ws216-ttl-needs-cookie';
import { ws217 } from './ingress/ws217-ttl-within-limit';
import { ws218 } from './ingress/ws218-health-check-type';
import { ws219 } from './ingress/ws219-health-check-timeout';
import { ws220 } from './ingress/ws220-health-check-path';
import { ws221 } from './ingress/ws221-health-check-written';
import { ws222 } from './ingress/ws222-health-check-port';
import { ws223 } from './ingress/ws223-sample-rate';
import { ws224 } from './ingress/ws224-iap-or-cdn';
import { ws225 } from './ingress/ws225-no-cdn';
import { ws226 } from './ingress/ws226-affinity-for-replicas';
import { ws227 } from './ingress/ws227-affinity-at-the-edge';
import { ws228 } from './ingress/ws228-ingress-nginx-retired';
import { ws229 } from './ingress/ws229-gke-paths';
import { ws230 } from './ingress/ws230-backend-exists';
import { ws231 } from './ingress/ws231-frontend-config';
import { ws232 } from './ingress/ws232-one-address';
import { ws233 } from './ingress/ws233-alb-attributes';
import { ws234 } from './ingress/ws234-alb-targets';
import { ws235 } from './ingress/ws235-alb-limits';
import { ws236 } from './ingress/ws236-nginx-annotation-values';
import { ws237 } from './ingress/ws237-nginx-affinity-value';
import { ws238 } from './ingress/ws238-unique-hosts';
import { ws239 } from './ingress/ws239-route-timeouts';
import { ws240 } from './ingress/ws240-gateway-policy';
import { ws241 } from './ingress/ws241-nginx-upgrades';
import { ws242 } from './ingress/ws242-nginx-buffering';
import { ws243 } from './ingress/ws243-nginx-address-hash';
import { ws244 } from './ingress/ws244-nginx-affinity';
import { ws245 } from './ingress/ws245-nginx-connections';
import { ws001 } from './judging/ws001-suppression-reason';
import { ws002 } from './judging/ws002-suppression-code';
import { ws401 } from './observability/ws401-no-session-ids-in-logs';
import { ws402 } from './observability/ws402-metric-names';
import { ws403 } from './observability/ws403-aggregation';
import { ws404 } from './observability/ws404-alert-policy-kind';
import { ws405 } from './observability/ws405-synthetic-checks';
import { ws406 } from './observability/ws406-logging-chosen';
import { ws407 } from './observability/ws407-scrape-port';
import type { Rule } from './rule';
import { ws101 } from './timing/ws101-timing-annotation';
import { ws102 } from './timing/ws102-heartbeat-agrees';
import { ws103 } from './timing/ws103-heartbeat-milliseconds';
import { ws104 } from './timing/ws104-presence-ttl';
import { ws105 } from './timing/ws105-grace-holds-shutdown';
import { ws106 } from './timing/ws106-prestop-outlasts-detach';
import { ws107 } from './timing/ws107-prestop-waits';
import { ws108 } from './timing/ws108-worker-outlasts-drain';
import { ws109 } from './timing/ws109-grace-holds-worker';
import { ws110 } from './timing/ws110-balancer-drain-covers-pod';
import { ws111 } from './timing/ws111-balancer-drains';
import { ws112 } from './timing/ws112-drain-within-limit';
import { ws113 } from './timing/ws113-classic-lifetime';
import { ws114 } from './timing/ws114-lifetime-as-promised';
import { ws115 } from './timing/ws115-lifetime-cap';
import { ws116 } from './timing/ws116-idle-balancer';
import { ws117 } from './timing/ws117-idle-ingress-nginx';
import { ws118 } from './timing/ws118-idle-alb';
import { ws119 } from './timing/ws119-idle-nginx';
import { ws120 } from './timing/ws120-nginx-keep-alive';
import { ws121 } from './timing/ws121-application-keep-alive';
import { ws122 } from './timing/ws122-probe-timeout';
import { ws123 } from './timing/ws123-liveness-slower';
import { ws124 } from './timing/ws124-startup-forgives';
import { ws125 } from './timing/ws125-replay-ttl';
import { ws126 } from './timing/ws126-affinity-lasts';
import { ws127 } from './timing/ws127-grace-the-autoscaler-keeps';
import { ws128 } from './timing/ws128-grace-written';
import { ws301 } from './workload/ws301-shared-claim';
import { ws302 } from './workload/ws302-recreate-for-claim';
import { ws303 } from './workload/ws303-prestop-signals';
import { ws304 } from './workload/ws304-probe-path';
import { ws305 } from './workload/ws305-liveness-dependency';
import { ws306 } from './workload/ws306-readiness';
import { ws307 } from './workload/ws307-rollout-keeps-capacity';
import { ws308 } from './workload/ws308-disruption-budget';
import { ws309 } from './workload/ws309-budget-lets-nodes-drain';
import { ws310 } from './workload/ws310-one-owner-of-replicas';
import { ws311 } from './workload/ws311-scale-down-slowly';
import { ws312 } from './workload/ws312-scale-on-connections';
import { ws313 } from './workload/ws313-governing-service';
import { ws314 } from './workload/ws314-recreate-alone';
import { ws315 } from './workload/ws315-image-tag';
import { ws316 } from './workload/ws316-named-ports';
import { ws317 } from './workload/ws317-service-selects';
import { ws318 } from './workload/ws318-unready-endpoints';
import { ws319 } from './workload/ws319-network-policy-lets-balancer-in';
import { ws320 } from './workload/ws320-replicas-written';
import { ws321 } from './workload/ws321-theia-cloud-timeout';

const ABOUT_MANIFESTS: readonly Rule[] = [
  ws101,
  ws102,
  ws103,
  ws104,
  ws105,
  ws106,
  ws107,
  ws108,
  ws109,
  ws110,
  ws111,
  ws112,
  ws113,
  ws114,
  ws115,
  ws116,
  ws117,
  ws118,
  ws119,
  ws120,
  ws121,
  ws122,
  ws123,
  ws124,
  ws125,
  ws126,
  ws127,
  ws128,
  ws201,
  ws202,
  ws203,
  ws204,
  ws205,
  ws206,
  ws207,
  ws208,
  ws209,
  ws210,
  ws211,
  ws212,
  ws213,
  ws214,
  ws215,
  ws216,
  ws217,
  ws218,
  ws219,
  ws220,
  ws221,
  ws222,
  ws223,
  ws224,
  ws225,
  ws226,
  ws227,
  ws228,
  ws229,
  ws230,
  ws231,
  ws232,
  ws233,
  ws234,
  ws235,
  ws236,
  ws237,
  ws238,
  ws239,
  ws240,
  ws241,
  ws242,
  ws243,
  ws244,
  ws245,
  ws301,
  ws302,
  ws303,
  ws304,
  ws305,
  ws306,
  ws307,
  ws308,
  ws309,
  ws310,
  ws311,
  ws312,
  ws313,
  ws314,
  ws315,
  ws316,
  ws317,
  ws318,
  ws319,
  ws320,
  ws321,
  ws401,
  ws402,
  ws403,
  ws404,
  ws405,
  ws406,
  ws407,
];

/** Every rule, in the order of the codes. */
export const RULES: readonly Rule[] = Object.freeze([
  ws001,
  ws002(new Set(ABOUT_MANIFESTS.map(({ code }) => code))),
  ...ABOUT_MANIFESTS,
]);

/** The rule with this code, in whatever case it is written. */
export function ruleOf(code: string): Rule | undefined {
  return RULES.find((rule) => rule.code === code.toUpperCase());
}
