import { Construct } from 'constructs';
import { Problems } from '../../input/problems';
import { checkWebSocketIngress, ingressOf, type WebSocketIngressProps } from '../websocket-ingress';
import { BackendConfig, type BackendConfigProps, checkBackendConfig } from './backend-config';
import { checkFrontendConfig, FrontendConfig, type FrontendConfigProps } from './frontend-config';
import { checkIngress, GkeWebSocketIngress, type GkeWebSocketIngressProps } from './gke-websocket-ingress';
import { checkIngressClass } from './ingress-class';
import { checkManagedCertificate, ManagedCertificate } from './managed-certificate';
import { NegService } from './neg-service';

export interface GkeWebSocketEdgeProps
  extends WebSocketIngressProps,
    Pick<BackendConfigProps, 'ingressClass' | 'logSampleRate' | 'securityPolicy'>,
    Pick<FrontendConfigProps, 'redirectToHttps' | 'sslPolicy'>,
    Pick<GkeWebSocketIngressProps, 'address'> {}

/**
 * The shared description on GKE's Ingress: a {@link BackendConfig}, a {@link NegService}, a {@link GkeWebSocketIngress}, and with TLS a
 * {@link ManagedCertificate} and a {@link FrontendConfig} that redirects. For names of your own, or a part of it, put those together yourself.
 *
 * @example
 * new GkeWebSocketEdge(chart, 'Edge', { name: 'chat', host: 'chat.example.com', server, tls: { managed: true } });
 */
export class GkeWebSocketEdge extends Construct {
  readonly backendConfig: BackendConfig;
  readonly service: NegService;
  readonly certificate: ManagedCertificate | undefined;
  readonly frontendConfig: FrontendConfig | undefined;
  readonly ingress: GkeWebSocketIngress;

  /** @throws {InvalidInputError} with everything that is wrong with `props` or impossible on this class */
  constructor(scope: Construct, id: string, props: GkeWebSocketEdgeProps) {
    super(scope, id);
    const { name, host, server, tls, ingressClass = 'gce' } = props;
    const { serviceName, servicePort, affinity, paths } = ingressOf(props);
    const backendProps: BackendConfigProps = {
      ...props,
      name: `${serviceName}-config`,
      affinity,
      timing: server.timing,
    };
    const problems = new Problems();
    const frontend = tls === undefined || ingressClass !== 'gce' ? undefined : { ...props, name: `${name}-frontend` };
    checkEdge(problems, props, backendProps, frontend);
    problems.throwIfAny();

    this.backendConfig = new BackendConfig(this, 'BackendConfig', backendProps);
    this.service = new NegService(this, 'Service', {
      name: serviceName,
      port: servicePort,
      server,
      backendConfig: this.backendConfig,
    });
    this.certificate =
      tls === undefined
        ? undefined
        : new ManagedCertificate(this, 'Certificate', { name: `${name}-certificate`, domains: [host] });
    this.frontendConfig = frontend === undefined ? undefined : new FrontendConfig(this, 'FrontendConfig', frontend);
    this.ingress = new GkeWebSocketIngress(this, 'Ingress', {
      name,
      host,
      paths,
      service: this.service,
      ...(this.certificate === undefined ? {} : { certificate: this.certificate }),
      ...(this.frontendConfig === undefined ? {} : { frontendConfig: this.frontendConfig }),
      ...(props.address === undefined ? {} : { address: props.address }),
    });
  }
}

function checkEdge(
  problems: Problems,
  props: GkeWebSocketEdgeProps,
  backend: BackendConfigProps,
  frontend: FrontendConfigProps | undefined,
): void {
  const { ingressClass = 'gce', tls } = props;
  if (!checkIngressClass(problems, 'ingressClass', ingressClass)) return;
  checkWebSocketIngress(problems, props, {
    kind: ingressClass,
    affinities: ['cookie', 'clientAddress', 'none'],
    instead: 'give "cookie", "clientAddress" or "none"',
    tls: ingressClass === 'gce' ? ['managed'] : [],
  });
  checkBackendConfig(problems, backend);
  checkIngress(problems, props);
  if (frontend !== undefined) checkFrontendConfig(problems, frontend);
  if (tls !== undefined) checkManagedCertificate(problems.at('tls'), { name: backend.name, domains: [props.host] });
}
