import { App, Chart } from 'cdk8s';
import { BackendConfig } from '../../lib/ingress';
import { gatewayConf, nginxConf } from '../../lib/nginx';
import { serverTiming } from '../../lib/server';
import { behindBalancer, deriveTiming, type Timing } from '../../lib/timing';
import { Autoscaler, WebSocketServer } from '../../lib/workload';
import { manifestsOn, PLATFORMS } from '../ingress/support';
import { problemsOf } from '../problems';

const timing = deriveTiming();
const socketIo = { path: '/socket.io/' };
const scope = () => new Chart(new App(), 'test');

function server(given: Timing): WebSocketServer {
  return new WebSocketServer(scope(), 'Server', {
    name: 'chat',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing: given,
    replicas: 1,
    proxy: { socketIo, addressesAppended: 2 },
  });
}

/** Everything that a timing is handed to. */
const ENTRIES: Readonly<Record<string, (given: Timing) => unknown>> = {
  WebSocketServer: server,
  Autoscaler: (given) =>
    new Autoscaler(scope(), 'Autoscaler', {
      name: 'chat',
      target: server(timing).workload,
      timing: given,
      autoscaling: { minReplicas: 1, maxReplicas: 2, cpuUtilization: 60 },
    }),
  BackendConfig: (given) => new BackendConfig(scope(), 'Config', { name: 'chat', timing: given }),
  nginxConf: (given) => nginxConf({ timing: given, upstream: { port: 3001 }, socketIo }),
  gatewayConf: (given) => gatewayConf({ timing: given, servers: [{ host: 'chat', port: 8080 }], affinity: 'none' }),
  serverTiming: (given) => serverTiming(given),
};

const WAYS: readonly (readonly [string, unknown, RegExp])[] = [
  [
    'whose grace period was shortened afterwards',
    { ...timing, terminationGracePeriodSeconds: 30 },
    /^timing: the termination grace period holds .* terminationGracePeriod 30 s is less than .* set terminationGracePeriod to at least 210 s/,
  ],
  ['that is empty', {}, /^timing: has no usable pingIntervalSeconds, pingTimeoutSeconds, .*; give what deriveTiming/],
  [
    'with a number that is none',
    { ...timing, preStopSeconds: Number.NaN },
    /^timing\.preStopSeconds: NaN is no number of whole seconds; give what deriveTiming/,
  ],
  ['that is missing', undefined, /^timing: (is missing|undefined is no timing); give what deriveTiming/],
];

describe.each(Object.entries(ENTRIES))('%s', (_name, make) => {
  test('takes what deriveTiming returned', () => {
    expect(problemsOf(() => make(timing))).toEqual([]);
  });

  test.each(WAYS)('fails on a timing %s, and says each thing once', (_way, given, problem) => {
    const problems = problemsOf(() => make(given as Timing));
    expect(problems[0]).toMatch(problem);
    expect(new Set(problems).size).toBe(problems.length);
    expect(problems.every((text) => text.startsWith('timing'))).toBe(true);
  });
});

test.each(PLATFORMS)('fails on a server with a timing that cannot be meant, in front of %s', (platform) => {
  const facts = { ...server(timing), name: 'chat', timing: { ...timing, drainSeconds: Number.NaN } };
  expect(problemsOf(() => manifestsOn(platform, { props: { server: facts as never } }))[0]).toBe(
    'timing.drainSeconds: NaN is no number of whole seconds; give what deriveTiming({…}) returned, unchanged',
  );
});

test.each(PLATFORMS.filter((kind) => kind !== 'haproxy'))(
  'fails to say what %s must be told of an empty timing',
  (kind) => {
    expect(problemsOf(() => behindBalancer({} as Timing, kind))[0]).toMatch(/^has no usable pingIntervalSeconds/);
  },
);
