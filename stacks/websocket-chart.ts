import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  BackendConfig,
  checkBackendConfig,
  checkFrontendConfig,
  checkIngress,
  checkManagedCertificate,
  checkNegService,
  FrontendConfig,
  GkeWebSocketIngress,
  ManagedCertificate,
  NegService,
} from '../lib/ingress';
import { Problems } from '../lib/input';
import { checkLabelName } from '../lib/input/kubernetes';
import { deriveTiming, type Timing } from '../lib/timing';
import { RestrictedNamespace, readServer, WebSocketServer } from '../lib/workload';
import type { Environment } from './environment';

/** One environment as Kubernetes objects: the only place where the constructs are put together. */
export class WebSocketChart extends Chart {
  readonly timing: Timing;
  readonly namespaceObject: RestrictedNamespace;
  readonly server: WebSocketServer;
  readonly backendConfig: BackendConfig;
  readonly service: NegService;
  readonly certificate: ManagedCertificate;
  readonly frontendConfig: FrontendConfig;
  readonly ingress: GkeWebSocketIngress;

  /** @throws {InvalidInputError} with everything that is wrong with the environment */
  constructor(scope: Construct, environment: Environment) {
    super(scope, environment.name, { namespace: environment.namespace, disableResourceNameHashes: true });
    const problems = new Problems();
    const timing = checkEnvironment(problems, environment);
    problems.throwIfAny();

    const { server, edge } = environment;
    const { names } = edge;
    this.timing = timing;
    this.namespaceObject = new RestrictedNamespace(this, 'Namespace', { name: environment.namespace });
    this.server = new WebSocketServer(this, 'Server', { ...server, timing });
    this.backendConfig = new BackendConfig(this, 'BackendConfig', { ...edge, name: names.backendConfig, timing });
    this.service = new NegService(this, 'Service', {
      name: names.service,
      server: this.server,
      backendConfig: this.backendConfig,
    });
    this.certificate = new ManagedCertificate(this, 'Certificate', { name: names.certificate, domains: [edge.host] });
    this.frontendConfig = new FrontendConfig(this, 'FrontendConfig', { ...edge, name: names.frontendConfig });
    this.ingress = new GkeWebSocketIngress(this, 'Ingress', {
      ...edge,
      name: names.ingress,
      service: this.service,
      frontendConfig: this.frontendConfig,
      certificate: this.certificate,
    });
  }
}

/** Notes everything wrong with an environment, under its name, before anything is made of it. Its timing, or the defaults where that is wrong. */
export function checkEnvironment(problems: Problems, environment: Environment): Timing {
  const at = problems.at(environment.name);
  checkLabelName(at, 'name', environment.name);
  checkLabelName(at, 'namespace', environment.namespace);
  const { server, edge } = environment;
  const { names } = edge;
  const timing = at.at('timing').gather(() => deriveTiming(environment.timing));
  // What is wrong with the timing is said; the rest is judged with the defaults, so that it is said too.
  const judged = timing ?? deriveTiming();
  readServer(at.at('server'), { ...server, timing: judged });
  const edgeAs = (part: keyof typeof names) => at.at('edge', { name: `names.${part}`, 'domains[0]': 'host' });
  checkBackendConfig(edgeAs('backendConfig'), { ...edge, name: names.backendConfig, timing: judged });
  checkFrontendConfig(edgeAs('frontendConfig'), { ...edge, name: names.frontendConfig });
  checkManagedCertificate(edgeAs('certificate'), { name: names.certificate, domains: [edge.host] });
  checkNegService(edgeAs('service'), { name: names.service });
  checkIngress(edgeAs('ingress'), { ...edge, name: names.ingress });
  return judged;
}
