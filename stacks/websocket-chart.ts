import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { GkeWebSocketEdge, type GkeWebSocketEdgeProps, readGkeEdge } from '../lib/ingress';
import { checkLabelName } from '../lib/input/kubernetes';
import type { Problems } from '../lib/input/problems';
import { type Reader, reader, settled } from '../lib/input/settings';
import { deriveTiming } from '../lib/timing';
import {
  type BackendFacts,
  RestrictedNamespace,
  readServer,
  type ServerSettings,
  WebSocketServer,
} from '../lib/workload';
import type { EdgeProps, Environment } from './environment';

/** {@link Environment}, judged, with every default of its server filled in. */
export interface EnvironmentSettings extends Environment {
  readonly server: ServerSettings;
}

/** Where the fields of an environment stand, for those that the parts know by another name. */
const FIELDS: Readonly<Record<string, string>> = {
  'edge.name': 'edge.names.ingress',
  'edge.serviceName': 'edge.names.service',
  'edge.timing': 'timing',
  'edge.server.traffic': 'server.traffic',
  'edge.server.addressesAppended': 'server.proxy.addressesAppended',
};

/** The port of the Service, which nobody but the balancer's controller and callers within the cluster see. */
const SERVICE_PORT = 80;

/** Reads an environment and notes everything that is wrong with it, under its name, before anything is made of it. */
export const readEnvironment: Reader<Environment, EnvironmentSettings> = reader((problems, environment) => {
  // Each field is named, so that one that nobody reads does not compile, and is refused from plain JavaScript. `cloud` is for the program of Pulumi.
  const { name, namespace, timing: inputs, server: given, edge, cloud: _cloud, ...unknown } = environment;
  const at = problems.at(name, FIELDS);
  for (const field of Object.keys(unknown satisfies Record<string, never>))
    at.add(field, 'is not a field of an environment; take it out, or see Environment for how it is spelled');
  checkLabelName(at, 'name', name);
  checkLabelName(at, 'namespace', namespace);
  const timing = at.at('timing').gather(() => deriveTiming(inputs));
  // What is wrong with the timing is said; the rest is judged with the defaults, so that it is said too.
  const server = readServer(at.at('server'), { ...given, timing: timing ?? deriveTiming() });
  readGkeEdge(at.at('edge'), readEdge(at.at('edge'), edge, server));
  return { ...environment, server };
});

/** One environment as Kubernetes objects: a namespace, a server and an edge. */
export class WebSocketChart extends Chart {
  readonly namespaceObject: RestrictedNamespace;
  readonly server: WebSocketServer;
  readonly edge: GkeWebSocketEdge;

  /** @throws {InvalidInputError} with everything that is wrong with the environment */
  constructor(scope: Construct, environment: Environment) {
    super(scope, environment.name, { namespace: environment.namespace, disableResourceNameHashes: true });
    const { namespace, server, edge } = settled((problems) => readEnvironment(problems, environment));
    this.namespaceObject = new RestrictedNamespace(this, 'Namespace', { name: namespace });
    this.server = new WebSocketServer(this, 'Server', server);
    this.edge = settled((problems) => new GkeWebSocketEdge(this, 'Edge', readEdge(problems, edge, this.server)));
  }
}

/** What the edge is told in front of `server`. Each field is named, so that one that nobody reads is refused and not passed on. */
function readEdge<Server extends BackendFacts>(
  problems: Problems,
  edge: EdgeProps,
  server: Server,
): GkeWebSocketEdgeProps<Server> {
  const { names, host, paths, ingressClass, affinity, healthCheck, logSampleRate, ...rest } = edge;
  const { address, sslPolicy, securityPolicy, ...unknown } = rest;
  const { ingress, service, backendConfig, frontendConfig, certificate } = names;
  for (const field of Object.keys(unknown satisfies Record<string, never>))
    problems.add(field, 'is not a field of an edge; take it out, or see EdgeProps for how it is spelled');
  return {
    name: ingress,
    serviceName: service,
    servicePort: SERVICE_PORT,
    names: { backendConfig, frontendConfig, certificate },
    host,
    paths,
    server,
    ingressClass,
    affinity,
    // Managed certificates are of the external class alone.
    tls: ingressClass === 'gce-internal' ? undefined : { managed: true },
    healthCheck,
    logSampleRate,
    address,
    sslPolicy,
    securityPolicy,
  };
}
