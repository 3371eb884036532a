import { Duration, Size } from 'cdk8s';
import { EnvFieldPaths, EnvFrom, EnvValue } from 'cdk8s-plus-28';
import fc, { type Arbitrary } from 'fast-check';
import type { Manifest } from '../../../lib/manifest';
import { deriveTiming, type TimingProps } from '../../../lib/timing';
import type { WebSocketServerProps } from '../../../lib/workload';
import { type Given, manifestsOn, PLATFORMS, secret, TRAFFIC } from '../../ingress/support';
import { problemsOf } from '../../problems';
import { build } from '../../workload/support/gateway';

/** Random input that the constructs took, and what they made of it: a function, so that a failure shows the input alone. */
export interface Accepted {
  readonly input: unknown;
  readonly manifests: () => readonly Manifest[];
}

export type Made = Accepted | { readonly refused: string };

/** All of these, each there or not. */
const some = <T extends object>(model: { readonly [K in keyof T]?: Arbitrary<T[K]> }) =>
  fc.record(model as never, { requiredKeys: [] }) as Arbitrary<Partial<T>>;

/** Names up to the longest that Kubernetes takes anywhere, which few fields do. */
const label = fc.oneof(
  fc.stringMatching(/^[a-z]([-a-z0-9]{0,12}[a-z0-9])?$/),
  fc.stringMatching(/^[a-z0-9][-a-z0-9]{49,50}[a-z0-9]$/),
  fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/),
);
const dnsName = fc.oneof(
  label,
  fc.array(label, { minLength: 2, maxLength: 5 }).map((parts) => parts.join('.')),
);
const part = fc.stringMatching(/^[-a-zA-Z0-9._~]{1,12}$/);
const path = fc.array(part, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const folder = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}/`);
const port = fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constantFrom(80, 443, 1023, 1024, 3000, 8080));
const bytes = (least: number, most: number) =>
  fc
    .tuple(fc.integer({ min: least, max: most }), fc.constantFrom('Mi', 'Gi', 'M', 'G'))
    .map(([count, unit]) => `${count}${unit}`);
const variable = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,40}$/);
const range = fc.oneof(
  fc.ipV4().map((address) => `${address}/32`),
  // The one way to write it, which the constructs ask for: what `URL` makes of any other.
  fc.ipV6().map((address) => `${new URL(`http://[${address}]`).hostname.slice(1, -1)}/128`),
  fc.constantFrom('10.0.0.0/8', '192.168.0.0/16', 'fd00::/8', '0.0.0.0/0'),
);

const probe = fc.oneof(
  path,
  fc.constant('off' as const),
  fc.record({ path, port }),
  fc.record({ tcp: port }),
  fc.record({ command: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }) }),
);

const cpu = (most: string) =>
  fc.oneof(
    fc.integer({ min: 1, max: 900 }).map((milli) => `${milli}m`),
    fc.constant(most),
  );
const resources = fc.record(
  {
    requests: fc.record({ cpu: cpu('0.9'), memory: fc.integer({ min: 64, max: 900 }).map((count) => `${count}Mi`) }),
    limits: fc.record({ cpu: fc.constantFrom('1', '2.5', '1000m'), memory: fc.constantFrom('1Gi', '1G', '2048Mi') }),
    ephemeralStorage: bytes(200, 4000),
  },
  { requiredKeys: ['requests', 'limits'] },
);

const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  label.map((name) => EnvValue.fromSecretValue({ secret: secret(name), key: 'key' })),
  fc.constantFrom(EnvFieldPaths.POD_NAME, EnvFieldPaths.POD_IP, EnvFieldPaths.NODE_NAME).map(EnvValue.fromFieldRef),
);

const autoscaling = fc
  .record({
    minReplicas: fc.integer({ min: 1, max: 10 }),
    more: fc.nat({ max: 20 }),
    on: fc.oneof(
      fc.record({ connectionsPerPod: fc.integer({ min: 1, max: 4096 }) }),
      fc.record({ cpuUtilization: fc.integer({ min: 1, max: 100 }) }),
    ),
  })
  .map(({ minReplicas, more, on }) => ({ minReplicas, maxReplicas: minReplicas + more, ...on }));

const storage = fc.record(
  {
    per: fc.constantFrom('pod' as const, 'workload' as const),
    mountPath: folder.map((path) => path.slice(0, -1)),
    size: bytes(10, 4000),
    storageClass: dnsName,
    accessMode: fc.constantFrom('ReadWriteOnce' as const, 'ReadWriteOncePod' as const, 'ReadWriteMany' as const),
    name: label,
  },
  { requiredKeys: ['per', 'mountPath', 'size'] },
);

const egress = fc.oneof(
  fc.record({ cidr: range, ports: fc.array(port, { minLength: 1, maxLength: 3 }) }),
  fc.record(
    {
      namespace: label,
      labels: fc.dictionary(label, label, { maxKeys: 2 }),
      ports: fc.array(port, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['namespace', 'ports'] },
  ),
);

/** nginx in the pod; the paths of the application are its own. */
const proxy = fc.record(
  {
    addressesAppended: fc.constantFrom(2, 3),
    port,
    maxConnections: fc.integer({ min: 100, max: 28_000 }),
    workers: fc.integer({ min: 1, max: 8 }),
    maxBodySize: fc.integer({ min: 1, max: 1024 }).map(Size.mebibytes),
    ipv6: fc.boolean(),
    debugHeaders: fc.boolean(),
    socketIo: folder.map((path) => ({ path })),
    webSockets: fc.uniqueArray(
      path.map((at) => ({ path: at })),
      { maxLength: 2, selector: ({ path }) => path },
    ),
    routes: fc.uniqueArray(
      fc.oneof(fc.constant('/'), folder).map((at) => ({ path: at })),
      { maxLength: 3, selector: ({ path }) => path },
    ),
    resources,
  },
  { requiredKeys: ['addressesAppended', 'socketIo'] },
);

const server = some<WebSocketServerProps>({
  name: label,
  image: fc
    .tuple(label, label, fc.stringMatching(/^[A-Za-z0-9_][-A-Za-z0-9_.]{0,20}$/))
    .map(([owner, name, tag]) => `${owner}/${name}:${tag}`),
  port,
  replicas: fc.integer({ min: 1, max: 12 }),
  adapter: fc.oneof(
    fc.constant({ kind: 'none' as const, podsAreIndependent: true }),
    label.map((name) => ({ kind: 'redis-streams' as const, url: { secret: secret(name), key: 'url' } })),
    fc.tuple(label, egress).map(([name, at]) => ({
      kind: 'redis-pub-sub' as const,
      url: { secret: secret(name), key: 'url' },
      at,
    })),
  ),
  stableNames: fc.boolean(),
  storage,
  proxy,
  probes: some({ liveness: probe, readiness: probe, startup: probe }),
  resources,
  env: fc.dictionary(variable, value, { maxKeys: 4 }),
  envFrom: fc.array(
    label.map((name) => new EnvFrom(undefined, undefined, secret(name))),
    { maxLength: 2 },
  ),
  command: fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 3 }),
  args: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
  user: fc.integer({ min: 1, max: 2_147_483_647 }),
  preStopHook: fc.constantFrom('exec' as const, 'sleep' as const),
  imagePullSecrets: fc.uniqueArray(label, { maxLength: 2 }).map((names) => names.map(secret)),
  safeToEvict: fc.boolean(),
});

const seconds = (min: number, max: number) => fc.integer({ min, max }).map((count) => Duration.seconds(count));
const timing = some<TimingProps>({
  pingInterval: seconds(1, 120),
  pingTimeout: seconds(1, 120),
  endpointDetach: seconds(1, 60),
  drain: seconds(1, 600),
  shutdown: seconds(1, 60),
  startup: seconds(1, 600),
  margin: seconds(10, 60),
  affinityTtl: seconds(10_800, 86_400),
});

const tls = fc.oneof(
  label.map((name) => ({ secret: secret(name) })),
  fc.array(label, { minLength: 1, maxLength: 3 }).map((certificates) => ({ certificates })),
  label.map((certificateMap) => ({ certificateMap })),
  fc.constant({ managed: true as const }),
);

const edge = some<NonNullable<Given['props']>>({
  name: dnsName,
  host: fc.domain(),
  paths: fc.uniqueArray(path, { minLength: 1, maxLength: 3 }),
  serviceName: label,
  servicePort: port,
  affinity: fc.constantFrom('cookie' as const, 'clientAddress' as const, 'none' as const),
  tls,
  healthCheck: some({
    path,
    checkIntervalSeconds: fc.integer({ min: 1, max: 300 }),
    timeoutSeconds: fc.integer({ min: 1, max: 60 }),
    healthyThreshold: fc.integer({ min: 1, max: 10 }),
    unhealthyThreshold: fc.integer({ min: 1, max: 10 }),
    port,
  }),
});

/** Some fields at once: a refusal of one hides the others. */
function few<T extends object>(all: Arbitrary<Partial<T>>, most: number): Arbitrary<Partial<T>> {
  return fc.tuple(all, fc.infiniteStream(fc.nat())).map(([given, order]) => {
    const keys = Object.keys(given) as (keyof T)[];
    const ranked = keys.map((key) => [order.next().value as number, key] as const).sort(([a], [b]) => a - b);
    return Object.fromEntries(ranked.slice(0, most).map(([, key]) => [key, given[key]])) as Partial<T>;
  });
}

/** A server behind every balancer, and behind a tier of nginx: what the constructs make of it, or that they refuse. */
export const made: Arbitrary<Made> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        platform: fc.constantFrom(...PLATFORMS),
        server: few(server, 5),
        props: few(edge, 3),
        timing: few(timing, 3),
        scaled: fc.option(autoscaling),
      })
      .map(({ platform, server, props, timing, scaled }) => {
        const { replicas, ...rest } = server;
        const given = {
          props,
          timing,
          server: {
            ...rest,
            traffic: TRAFFIC[platform],
            ...(scaled === null ? { replicas: replicas ?? 2 } : { autoscaling: scaled }),
          },
        };
        return outcome({ platform, ...given }, () => manifestsOn(platform, given));
      }),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        server: few(server, 4),
        timing: few(timing, 3),
        gateway: some({
          name: label,
          replicas: fc.integer({ min: 1, max: 12 }),
          affinity: fc.constantFrom('clientAddress' as const, 'none' as const),
          maxConnections: fc.integer({ min: 100, max: 28_000 }),
          resources,
        }),
      })
      .map(({ server, timing, gateway }) =>
        outcome(
          { server, timing, gateway },
          () => build({ gateway, server: { ...server, timing: deriveTiming(timing) } }).manifests,
        ),
      ),
  },
);

function outcome(input: unknown, make: () => readonly Manifest[]): Made {
  let manifests: readonly Manifest[] = [];
  const [problem] = problemsOf(() => {
    manifests = make();
  });
  return problem === undefined ? { input, manifests: () => manifests } : { refused: problem };
}
