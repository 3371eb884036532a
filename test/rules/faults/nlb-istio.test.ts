import type { BaseName } from './bases';
import { casesOf, expectFound, type Fault } from './faults';
import { NGINX, only, onService } from './planting';

const NLB = 'service.beta.kubernetes.io/aws-load-balancer';

/** What is wrong at a Network Load Balancer, which is a Service, and at Istio's gateway. */
const FAULTS: readonly Fault[] = [
  // AWS, without an Ingress
  {
    wrong: 'the idle timeout is twenty seconds',
    plant: onService(`${NLB}-listener-attributes.TCP-80`, 'tcp.idle_timeout.seconds=20'),
    code: 'WS116',
    kind: 'Service',
    cause: /20 s/,
    on: only('NLB'),
  },
  {
    wrong: 'nothing binds clients',
    plant: onService(`${NLB}-target-group-attributes`, undefined),
    code: 'WS226',
    kind: 'Service',
    cause: /no stickiness/,
    on: only('NLB'),
  },
  {
    wrong: 'clients are bound to a node alone',
    plant: onService(`${NLB}-nlb-target-type`, 'instance'),
    code: 'WS226',
    kind: 'Service',
    cause: /stickiness to a node/,
    on: only('NLB'),
  },
  {
    wrong: 'the health check opens sessions',
    plant: onService(`${NLB}-healthcheck-path`, '/socket.io/?EIO=4&transport=polling'),
    code: 'WS220',
    kind: 'Service',
    cause: /socket\.io/,
    on: only('NLB'),
  },
  {
    wrong: 'the health check asks a path that answers 404',
    plant: onService(`${NLB}-healthcheck-path`, '/nothing'),
    code: 'WS263',
    kind: 'Service',
    cause: /404/,
    on: only('NLB'),
  },
  {
    wrong: 'the health check asks a path that redirects',
    plant: onService(`${NLB}-healthcheck-path`, '/old'),
    code: 'WS263',
    kind: 'Service',
    cause: /301/,
    on: only('NLB'),
  },
  {
    wrong: 'an affinity of ingress-nginx is on the Service',
    plant: onService(`${NGINX}/affinity`, 'cookie'),
    code: 'WS206',
    kind: 'Service',
    cause: /affinity/,
    on: only('NLB', 'Istio'),
  },
  // Istio
  {
    wrong: 'nothing binds clients',
    plant: (c) =>
      c.set(c.of('DestinationRule'), ['spec', 'trafficPolicy', 'loadBalancer'], { simple: 'LEAST_REQUEST' }),
    code: 'WS226',
    kind: 'DestinationRule',
    cause: /no consistentHash/,
    on: only('Istio'),
  },
  {
    wrong: 'the rule is for another host',
    plant: (c) => c.set(c.of('DestinationRule'), ['spec', 'host'], 'chta'),
    code: 'WS226',
    kind: 'route',
    cause: /no DestinationRule for Service chat/,
    on: only('Istio'),
  },
  {
    wrong: 'no DestinationRule is there',
    plant: (c) => c.remove('DestinationRule'),
    code: 'WS226',
    kind: 'route',
    cause: /no DestinationRule/,
    on: only('Istio'),
  },
  {
    wrong: 'the cookie lives for a minute',
    plant: (c) =>
      c.set(
        c.of('DestinationRule'),
        ['spec', 'trafficPolicy', 'loadBalancer', 'consistentHash', 'httpCookie', 'ttl'],
        '60s',
      ),
    code: 'WS126',
    kind: 'DestinationRule',
    cause: /60 s/,
    on: only('Istio'),
  },
  {
    wrong: 'polls are cut before they are answered',
    plant: (c) => c.set(c.route, ['spec', 'http', 0, 'timeout'], '15s'),
    code: 'WS130',
    kind: 'route',
    cause: /15 s/,
    on: only('Istio'),
  },
  {
    wrong: 'the path is rewritten',
    plant: (c) => c.set(c.route, ['spec', 'http', 0, 'rewrite'], { uri: '/' }),
    code: 'WS255',
    kind: 'route',
    cause: /\/socket\.io\/ becomes \//,
    on: only('Istio'),
  },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('there are at least 14 cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(14);
});
