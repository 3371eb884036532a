import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { GkeWebSocketEdge, type GkeWebSocketEdgeProps, readGkeEdge } from '../ingress/gke';
import { HEALTH_CHECK_FIELD } from '../ingress/health-check';
import { TLS_FIELD } from '../ingress/tls';
import { checkLabelName } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import { type Reader, reader, settled } from '../input/settings';
import { anything, list, number, object, optional, type Shape, text, thing } from '../input/shape';
import { WebSocketMonitors } from '../monitors';
import { readMonitorsOf } from '../monitors/monitors-settings';
import { deriveTiming } from '../timing';
import { type BackendFacts, RestrictedNamespace, readServer, type ServerSettings, WebSocketServer } from '../workload';
import type { EdgeNames, EdgeProps, Environment } from './environment';

/** {@link Environment}, judged, with every default of its server filled in. */
export interface EnvironmentSettings extends Environment {
  readonly server: ServerSettings;
}

/** Where the fields of an environment stand, for those that the parts know by another name. */
const FIELDS: Readonly<Record<string, string>> = {
  'edge.name': 'edge.names.ingress',
  'edge.serviceName': 'edge.names.service',
  'edge.timing': 'timing',
  'monitors.namespace': 'namespace',
  'monitors.server.metricsPort': 'server.metricsPort',
  'edge.server.traffic': 'server.traffic',
  'edge.server.addressesAppended': 'server.proxy.addressesAppended',
};

/** The port of the Service, which nobody but the balancer's controller and callers within the cluster see. */
const SERVICE_PORT = 80;

const NAMES = object<EdgeNames>({
  ingress: optional(text('chat')),
  service: optional(text('chat')),
  backendConfig: optional(text('chat-config')),
  frontendConfig: optional(text('chat-frontend')),
  certificate: optional(text('chat-certificate')),
});

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

const SHAPE: Shape<Environment> = {
  name: text('production'),
  namespace: text('chat'),
  timing: thing(isObject, 'an object, such as { pingInterval: Duration.seconds(25) }', {}),
  server: thing(isObject, 'an object with name, image and port', {}),
  edge: object<EdgeProps>({
    host: text('chat.example.com'),
    tls: TLS_FIELD,
    paths: optional(list(text('/'), ['/'])),
    ingressClass: anything,
    affinity: anything,
    healthCheck: HEALTH_CHECK_FIELD,
    logSampleRate: optional(number(1)),
    names: optional(NAMES),
    address: optional(text('chat-address')),
    sslPolicy: optional(text('modern')),
    securityPolicy: optional(text('chat-armor')),
  }),
  monitors: optional(thing(isObject, 'an object, such as { collector: "google" }', undefined)),
  cloud: optional(thing(isObject, 'an object', undefined)),
};

/** Reads an environment and notes everything that is wrong with it, under its name, before anything is made of it. */
export const readEnvironment: Reader<Environment, EnvironmentSettings> = reader(
  SHAPE,
  (problems, environment) => {
    // Each field is named, so that one that nobody reads does not compile. `cloud` is for whoever makes one.
    const { name, namespace, timing: inputs, server: given, edge, monitors, cloud: _cloud, ...unread } = environment;
    void (unread satisfies Record<string, never>);
    const at = scopeOf(problems, environment);
    checkLabelName(at, 'name', name);
    checkLabelName(at, 'namespace', namespace);
    const timing = at.at('timing').gather(() => deriveTiming(inputs));
    // What is wrong with the timing is said; the rest is judged with the defaults, so that it is said too.
    const server = readServer(at.at('server'), { ...given, timing: timing ?? deriveTiming() });
    readGkeEdge(at.at('edge'), edgeProps(edge, server));
    if (monitors !== undefined) readMonitorsOf(at.at('monitors'), { ...monitors, namespace, server });
    return { ...environment, server };
  },
  scopeOf,
);

/** Problems of an environment stand under its name, as far as it has one. */
function scopeOf(problems: Problems, environment: Environment | undefined): Problems {
  const name: unknown = environment?.name;
  return problems.at(typeof name === 'string' && name !== '' ? name : 'environment', FIELDS);
}

/** One environment as Kubernetes objects: a namespace, a server and an edge. */
export class WebSocketChart extends Chart {
  readonly namespaceObject: RestrictedNamespace;
  readonly server: WebSocketServer;
  readonly edge: GkeWebSocketEdge;
  readonly monitors: WebSocketMonitors | undefined;

  /** @throws {InvalidInputError} with everything that is wrong with the environment */
  constructor(scope: Construct, environment: Environment) {
    // First, so that what is wrong with its name is said by us and not by the tree.
    const { name, namespace, server, edge, monitors } = settled((problems) => readEnvironment(problems, environment));
    super(scope, name, { namespace, disableResourceNameHashes: true });
    this.namespaceObject = new RestrictedNamespace(this, 'Namespace', { name: namespace });
    this.server = new WebSocketServer(this, 'Server', server);
    this.edge = new GkeWebSocketEdge(this, 'Edge', edgeProps(edge, this.server));
    this.monitors =
      monitors === undefined
        ? undefined
        : new WebSocketMonitors(this, 'Monitors', { ...monitors, namespace, server: this.server });
  }
}

/** What the edge is told in front of `server`. Each field is named, so that one that nobody reads does not compile. */
function edgeProps<Server extends BackendFacts>(edge: EdgeProps, server: Server): GkeWebSocketEdgeProps<Server> {
  const { names = {}, host, tls, paths, ingressClass, affinity, healthCheck, logSampleRate, ...rest } = edge;
  const { address, sslPolicy, securityPolicy, ...unknown } = rest;
  const { ingress = server.name, service = server.name, ...derived } = names;
  void (unknown satisfies Record<string, never>);
  return {
    name: ingress,
    serviceName: service,
    servicePort: SERVICE_PORT,
    names: derived,
    host,
    paths,
    server,
    ingressClass,
    affinity,
    // Managed certificates are of the external class alone.
    tls: tls ?? (ingressClass === 'gce-internal' ? undefined : { managed: true }),
    healthCheck,
    logSampleRate,
    address,
    sslPolicy,
    securityPolicy,
  };
}
