import type { BaseName, Copy } from './bases';
import { casesOf, expectFound, type Fault, type Where } from './faults';

const only =
  (...names: readonly BaseName[]): Where =>
  (_base, name) =>
    names.includes(name);
const GKE = only('own GKE', 'foreign GKE');
const CONFIG = 'BackendConfig';
const config = (path: readonly string[], value: unknown) => (c: Copy) => c.set(c.of(CONFIG), ['spec', ...path], value);

const FAULTS: readonly Fault[] = [
  // GKE's Ingress
  {
    wrong: 'the timeout is eighty seconds',
    plant: config(['timeoutSec'], 80),
    code: 'WS113',
    kind: CONFIG,
    cause: /timeoutSec: 80 s/,
    on: GKE,
  },
  {
    wrong: 'the timeout is a text',
    plant: config(['timeoutSec'], '86400s'),
    code: 'WS267',
    kind: CONFIG,
    cause: /timeoutSec: the text "86400s"/,
    on: GKE,
  },
  {
    wrong: 'the drain is shorter than that of the pod',
    plant: config(['connectionDraining', 'drainingTimeoutSec'], 10),
    code: 'WS110',
    kind: CONFIG,
    cause: /10 s/,
    on: GKE,
  },
  {
    wrong: 'nothing drains',
    plant: config(['connectionDraining', 'drainingTimeoutSec'], 0),
    code: 'WS111',
    kind: CONFIG,
    cause: /drainingTimeoutSec: 0 s/,
    on: GKE,
  },
  {
    wrong: 'the drain is two hours',
    plant: config(['connectionDraining', 'drainingTimeoutSec'], 7200),
    code: 'WS112',
    kind: CONFIG,
    cause: /7200 s/,
    on: GKE,
  },
  {
    wrong: 'the affinity is one of the cloud',
    plant: config(['sessionAffinity', 'affinityType'], 'HTTP_COOKIE'),
    code: 'WS215',
    kind: CONFIG,
    cause: /HTTP_COOKIE/,
    on: GKE,
  },
  {
    wrong: 'a cookie lifetime stands beside CLIENT_IP',
    plant: config(['sessionAffinity'], { affinityType: 'CLIENT_IP', affinityCookieTtlSec: 10_800 }),
    code: 'WS216',
    kind: CONFIG,
    cause: /10800 s with affinityType CLIENT_IP/,
    on: GKE,
  },
  {
    wrong: 'the cookie lives for a week',
    plant: config(['sessionAffinity'], { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 604_800 }),
    code: 'WS217',
    kind: CONFIG,
    cause: /604800 s/,
    on: GKE,
  },
  {
    wrong: 'nothing binds clients',
    plant: config(['sessionAffinity', 'affinityType'], 'NONE'),
    code: 'WS226',
    kind: CONFIG,
    cause: /NONE/,
    on: GKE,
  },
  {
    wrong: 'the health check is by TCP',
    plant: config(['healthCheck', 'type'], 'TCP'),
    code: 'WS218',
    kind: CONFIG,
    cause: /TCP/,
    on: GKE,
  },
  {
    wrong: 'the health check takes longer than its interval',
    plant: config(['healthCheck', 'timeoutSec'], 60),
    code: 'WS219',
    kind: CONFIG,
    cause: /60 s/,
    on: GKE,
  },
  {
    wrong: 'the health check opens sessions',
    plant: config(['healthCheck', 'requestPath'], '/socket.io/?EIO=4&transport=polling'),
    code: 'WS220',
    kind: CONFIG,
    cause: /EIO=4/,
    on: GKE,
  },
  {
    wrong: 'the health check has no path',
    plant: config(['healthCheck', 'requestPath'], undefined),
    code: 'WS221',
    kind: CONFIG,
    cause: /requestPath: not written/,
    on: GKE,
  },
  {
    wrong: 'the health check asks a port that nobody has',
    plant: config(['healthCheck', 'port'], 9999),
    code: 'WS222',
    kind: CONFIG,
    cause: /9999/,
    on: GKE,
  },
  {
    wrong: 'the path of the health check is relative',
    plant: config(['healthCheck', 'requestPath'], 'health'),
    code: 'WS260',
    kind: CONFIG,
    cause: /"health"/,
    on: GKE,
  },
  {
    wrong: 'the interval of the health check is 301 seconds',
    plant: config(['healthCheck', 'checkIntervalSec'], 301),
    code: 'WS260',
    kind: CONFIG,
    cause: /checkIntervalSec: 301/,
    on: GKE,
  },
  {
    wrong: 'the threshold of the health check is 11',
    plant: config(['healthCheck', 'unhealthyThreshold'], 11),
    code: 'WS260',
    kind: CONFIG,
    cause: /unhealthyThreshold: 11/,
    on: GKE,
  },
  {
    wrong: 'the health check asks a path that answers 404',
    plant: config(['healthCheck', 'requestPath'], '/nothing'),
    code: 'WS263',
    kind: CONFIG,
    cause: /"\/nothing", which .* 404/,
    on: GKE,
  },
  {
    wrong: 'the health check asks a path that redirects',
    plant: config(['healthCheck', 'requestPath'], '/old'),
    code: 'WS263',
    kind: CONFIG,
    cause: /"\/old", which .* 301/,
    on: only('foreign GKE'),
  },
  {
    wrong: 'the health check asks a database',
    plant: config(['healthCheck', 'requestPath'], '/health/database'),
    code: 'WS263',
    kind: CONFIG,
    cause: /looks like a dependency/,
    on: GKE,
  },
  {
    wrong: 'the sample rate is in per cent',
    plant: config(['logging', 'sampleRate'], 100),
    code: 'WS223',
    kind: CONFIG,
    cause: /100/,
    on: GKE,
  },
  {
    wrong: 'a cache stands in front',
    plant: config(['cdn', 'enabled'], true),
    code: 'WS225',
    kind: CONFIG,
    cause: /cdn\.enabled: true/,
    on: GKE,
  },
  {
    wrong: 'IAP stands beside a cache',
    plant: (c) => {
      config(['cdn', 'enabled'], true)(c);
      config(['iap'], { enabled: true })(c);
    },
    code: 'WS224',
    kind: CONFIG,
    cause: /cdn\.enabled and iap\.enabled/,
    on: GKE,
  },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('there are at least 44 cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(44);
});
