import { InvalidInputError } from '../input/problems';
import { type Bundle, namespaceOf } from '../manifest/bundle';
import { listOf, mappingOf, numberOf, textOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import type { Watched } from '../observability/indicator';
import { bindingOf } from '../system/backend-binding';
import { networkPoliciesOf } from '../system/disruption';
import type { Entrance } from '../system/entrance';
import { entrancesTo } from '../system/entrances';
import { serversOf } from '../system/evidence';
import { heartbeatOf } from '../system/heartbeat';
import { carriesUpgrades, nginxTextsIn, proxyLocations } from '../system/nginx-text';
import { observe } from '../system/observed';
import { containersOf } from '../system/pod';
import { protocolOfPath } from '../system/servers/protocols';
import { targetOf } from '../system/target-port';

/** Everything that a page of one system names: objects as they are called in its manifests, numbers as they stand there. */
export interface SystemOnPaper extends Watched {
  /** It carries the timing it was made with. Otherwise what its manifests do not say is what Holdfast would set, and is not what is there. */
  readonly carried: boolean;
  /** The heartbeat, and how it is known. */
  readonly heartbeat: string;
  /** `statefulset` or `deployment`, as kubectl says it. */
  readonly kind: string;
  readonly replicas: number | undefined;
  /** A pod to look at: by its name where pods have names, else by what finds one. */
  readonly pod: string;
  /** The labels that select the pods, as kubectl takes them. */
  readonly selector: string;
  /** The container of the application. */
  readonly container: string;
  readonly appPort: number | undefined;
  readonly metricsPort: number | undefined;
  /** The application is told where to serve its metrics, as Holdfast tells it. */
  readonly toldMetricsPort: boolean;
  /** The ports of its pods that have a name. */
  readonly ports: ReadonlyMap<string, number>;
  readonly hasNginx: boolean;
  readonly servingPort: number | undefined;
  /** The port of the pods that clients reach. */
  readonly clientPort: number | undefined;
  /** A NetworkPolicy lets in nobody whom it does not name. */
  readonly shutIn: boolean;
  readonly route: { readonly kind: string; readonly name: string } | undefined;
  readonly service: { readonly name: string; readonly port: number | undefined } | undefined;
  readonly backendConfig: string | undefined;
  readonly onGoogle: boolean;
  /** What clients connect to; `undefined` where the manifests name no host. */
  readonly host: string | undefined;
  /** What speaks there, as `holdfast doctor` takes it: Socket.IO, or plain WebSockets. */
  readonly scheme: 'https' | 'wss';
  /** Where Socket.IO is, with a slash at both ends; else where plain WebSockets are, as it is written. */
  readonly path: string;
  readonly healthPath: string;
}

/**
 * The systems of a bundle.
 *
 * @param namespace where objects are that name none, as `helm template` prints them
 * @throws {InvalidInputError} where nothing in it holds connections
 */
export function systemsOnPaper(bundle: Bundle, namespace = ''): readonly SystemOnPaper[] {
  const servers = serversOf(bundle);
  if (servers.length === 0)
    throw new InvalidInputError([
      'there is no server of long-lived connections among these manifests; give those of a workload with a Service and an Ingress, or with the annotation holdfast/timing',
    ]);
  return servers.map((workload) => onPaper(bundle, workload, namespace));
}

function onPaper(bundle: Bundle, workload: Manifest, elsewhere: string): SystemOnPaper {
  const { timing, carried } = observe(bundle, workload);
  const name = workload.metadata.name;
  const containers = containersOf(workload);
  const nginx = containers.find((one) => one.name === 'nginx');
  const application = containers.find((one) => !one.sidecar && one.name !== 'nginx') ?? containers[0];
  const ports = new Map(
    containers
      .flatMap(({ value }) => listOf(value.ports).map(mappingOf))
      .flatMap(({ name: called, containerPort }) => {
        const number = numberOf(containerPort);
        return typeof called === 'string' && number !== undefined ? [[called, number] as const] : [];
      }),
  );
  const appPort =
    listOf(application?.value.ports).map((port) => numberOf(mappingOf(port).containerPort))[0] ?? undefined;
  const entrances = entrancesTo(bundle, workload);
  const entrance = entrances.find(({ reference }) => reference.paths.some(isSocketIo)) ?? entrances[0];
  const labels = mappingOf(valueAt(workload, ['spec', 'selector', 'matchLabels']));
  const selector = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
  const namespace = namespaceOf(workload) || elsewhere;
  return {
    namespace,
    name,
    timing,
    carried,
    heartbeat: heartbeatOf(bundle, workload).words,
    kind: workload.kind.toLowerCase(),
    replicas: numberOf(valueAt(workload, ['spec', 'replicas'])),
    pod:
      workload.kind === 'StatefulSet'
        ? `${name}-0`
        : `$(kubectl -n ${namespace} get pod -l ${selector} -o name | head -1)`,
    selector,
    container: application?.name ?? name,
    appPort,
    metricsPort: ports.get('metrics'),
    toldMetricsPort: containers.some(({ value }) =>
      listOf(value.env).some((entry) => mappingOf(entry).name === 'METRICS_PORT'),
    ),
    ports,
    hasNginx: nginx !== undefined,
    servingPort: ports.get('http') ?? appPort,
    clientPort: entrance === undefined ? undefined : targetOf(entrance),
    shutIn: networkPoliciesOf(bundle, workload).some(shutsIn),
    ...aroundOf(bundle, workload, entrance),
    host: entrances.flatMap(({ reference }) => reference.hosts).find((host) => !host.startsWith('*')),
    ...reachedAt(bundle, workload, entrances),
  };
}

/** What a policy speaks of where it does not say. @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ */
function shutsIn(policy: Manifest): boolean {
  const types = listOf(valueAt(policy, ['spec', 'policyTypes']));
  return types.length === 0 || types.includes('Ingress');
}

function aroundOf(bundle: Bundle, workload: Manifest, entrance: Entrance | undefined) {
  const { route, service, port, controller } = entrance ?? {};
  const binding = entrance === undefined ? undefined : bindingOf(bundle, entrance);
  const backendConfig = binding?.state === 'bound' ? binding.config : undefined;
  return {
    route: route === undefined ? undefined : { kind: route.kind.toLowerCase(), name: route.metadata.name },
    service: service === undefined ? undefined : { name: service.metadata.name, port: numberOf(port?.value.port) },
    backendConfig: backendConfig?.metadata.name,
    onGoogle: controller === 'gce' || controller === 'gce-internal' || (controller ?? '').startsWith('gke-'),
    healthPath:
      textOf(valueAt(backendConfig, ['spec', 'healthCheck', 'requestPath'])) ??
      probePath(workload, entrance === undefined ? undefined : targetOf(entrance)) ??
      '/health',
  };
}

/** What the kubelet asks on the port that clients reach, so that they reach it too. */
function probePath(workload: Manifest, clientPort: number | undefined): string | undefined {
  const probes = containersOf(workload).flatMap(({ value }) => {
    const numbers = listOf(value.ports).map(mappingOf);
    return ['readinessProbe', 'livenessProbe'].flatMap((probe) => {
      const { path, port } = mappingOf(valueAt(value, [probe, 'httpGet']));
      const number = numberOf(port) ?? numberOf(numbers.find(({ name }) => name === port)?.containerPort);
      return number !== undefined && number === clientPort ? (textOf(path) ?? []) : [];
    });
  });
  return probes[0];
}

/** Where nginx in the pod takes Socket.IO, or the route; else where they take WebSockets; what Socket.IO is by default where nobody says. */
function reachedAt(bundle: Bundle, workload: Manifest, entrances: readonly Entrance[]) {
  const locations = nginxTextsIn(bundle, workload).flatMap(({ directives }) => proxyLocations(directives));
  const routed = entrances.flatMap(({ reference }) => reference.paths);
  const socketIo = [...locations.map(({ path }) => path), ...routed].find(isSocketIo);
  if (socketIo !== undefined)
    return { scheme: 'https', path: socketIo.endsWith('/') ? socketIo : `${socketIo}/` } as const;
  // "/" takes everything, and says nothing of what that is.
  const upgraded = locations.filter(carriesUpgrades).map(({ path }) => path);
  const known = routed.filter((path) => protocolOfPath(path)?.sessions === false);
  const webSockets = [...upgraded, ...known].find((path) => /^\/[\w.~/-]+$/.test(path));
  return webSockets === undefined
    ? ({ scheme: 'https', path: '/socket.io/' } as const)
    : ({ scheme: 'wss', path: webSockets } as const);
}

function isSocketIo(path: string): boolean {
  return /^\/.*socket\.io\/?$/.test(path);
}
