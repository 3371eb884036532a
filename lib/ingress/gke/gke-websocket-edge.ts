import { Construct } from 'constructs';
import { checkGoogleName } from '../../input/google-name';
import { checkSubdomainName } from '../../input/kubernetes';
import { Problems } from '../../input/problems';
import { settled } from '../../input/settings';
import { fitted, object, optional, type Shape, text } from '../../input/shape';
import { placed } from '../../synth/placed';
import type { BackendFacts, WebSocketBackend } from '../../workload/backend';
import { APPLICATIONS_FIELD, type Application, type ApplicationSettings, readApplications } from '../applications';
import { FRONT_ENDS, PROXY_ONLY_SUBNET } from '../reach';
import { certificateNames } from '../tls';
import {
  type PlatformAbilities,
  readWebSocketIngress,
  WEBSOCKET_INGRESS_SHAPE,
  type WebSocketIngressProps,
  type WebSocketIngressSettings,
} from '../websocket-ingress';
import {
  BACKEND_CONFIG_SHAPE,
  BackendConfig,
  type BackendConfigProps,
  type BackendConfigSettings,
  readBackendConfig,
} from './backend-config';
import {
  FRONTEND_CONFIG_SHAPE,
  FrontendConfig,
  type FrontendConfigProps,
  type FrontendConfigSettings,
  readFrontendConfig,
} from './frontend-config';
import { GkeWebSocketIngress, type GkeWebSocketIngressProps } from './gke-websocket-ingress';
import { type GkeIngressClass, readIngressClass } from './ingress-class';
import { ManagedCertificate, type ManagedCertificateProps, readManagedCertificate } from './managed-certificate';
import { NegService } from './neg-service';

/** Names for what belongs to an edge besides its Ingress and its Service. */
export interface GkeEdgeNames {
  /** @default - that of the Service, and `-config` */
  readonly backendConfig?: string;
  /** @default - that of the Ingress, and `-frontend` */
  readonly frontendConfig?: string;
  /** @default - that of the Ingress, and `-certificate` */
  readonly certificate?: string;
}

export interface GkeWebSocketEdgeProps<Server extends BackendFacts = WebSocketBackend>
  extends WebSocketIngressProps<Server>,
    Pick<BackendConfigProps, 'ingressClass' | 'logSampleRate' | 'securityPolicy'>,
    Pick<FrontendConfigProps, 'redirectToHttps' | 'sslPolicy'>,
    Pick<GkeWebSocketIngressProps, 'address'> {
  /** @default - names that follow from those of the Ingress and the Service */
  readonly names?: GkeEdgeNames;

  /** What else is behind the same hosts, in the same Ingress. @default - nothing */
  readonly applications?: readonly Application<Server>[] | undefined;
}

/** {@link GkeWebSocketEdgeProps} with every default filled in and every value checked: what each part is made of. */
export type GkeEdgeSettings<Server extends BackendFacts = WebSocketBackend> = GkeWebSocketEdgeProps<Server> &
  WebSocketIngressSettings<Server> & {
    readonly ingressClass: GkeIngressClass;
    readonly backendConfig: BackendConfigSettings;
    readonly further: readonly FurtherSettings<Server>[];
    /** With TLS only. */
    readonly frontendConfig: FrontendConfigSettings | undefined;
    /** With TLS only. */
    readonly certificate: ManagedCertificateProps | undefined;
  };

/** A further application, and what the balancer is told of it where it is one of ours. */
export type FurtherSettings<Server extends BackendFacts = WebSocketBackend> = ApplicationSettings<Server> & {
  readonly backendConfig?: BackendConfigSettings;
};

const { ingressClass, logSampleRate, securityPolicy } = BACKEND_CONFIG_SHAPE;
const { redirectToHttps, sslPolicy } = FRONTEND_CONFIG_SHAPE;

/** What {@link GkeWebSocketEdgeProps} hold. */
const SHAPE: Shape<GkeWebSocketEdgeProps<BackendFacts>> = {
  ...WEBSOCKET_INGRESS_SHAPE,
  ...{ ingressClass, logSampleRate, securityPolicy },
  ...{ redirectToHttps, sslPolicy },
  address: optional(text('chat-address')),
  applications: APPLICATIONS_FIELD,
  names: optional(
    object<GkeEdgeNames>({
      backendConfig: optional(text('chat-config')),
      frontendConfig: optional(text('chat-frontend')),
      certificate: optional(text('chat-certificate')),
    }),
  ),
};

/**
 * Reads the properties of an edge and notes everything wrong with them. Facts about the server are enough, so that this can be asked before it is made.
 */
export function readGkeEdge<Server extends BackendFacts>(
  problems: Problems,
  given: GkeWebSocketEdgeProps<Server>,
): GkeEdgeSettings<Server> {
  const props = fitted(problems, given, SHAPE as Shape<GkeWebSocketEdgeProps<Server>>);
  const { name, server, tls, names = {}, redirectToHttps, sslPolicy, address } = props;
  const ingressClass = readIngressClass(problems, props.ingressClass);
  const platform: PlatformAbilities = {
    kind: ingressClass,
    reach: ingressClass === 'gce' ? FRONT_ENDS : PROXY_ONLY_SUBNET,
    cannotKeep: {},
    tls: ingressClass === 'gce' ? ['managed', 'secret', 'certificates'] : ['secret', 'certificates'],
  };
  const ingress = readWebSocketIngress(problems, props, platform);
  certificateNames(tls).forEach((one, i) => {
    checkGoogleName(problems, `tls.certificates[${i}]`, one);
  });
  if (address !== undefined) checkGoogleName(problems, 'address', address);
  const backendConfig = readBackendConfig(problems.at('', { name: 'names.backendConfig' }), {
    name: names.backendConfig ?? derived(ingress.serviceName, 'config'),
    timing: server.timing,
    ingressClass,
    affinity: ingress.affinity,
    healthCheck: props.healthCheck,
    logSampleRate: props.logSampleRate,
    securityPolicy: props.securityPolicy,
  });
  const further = readApplications(problems, props.applications, ingress, platform).map(
    (application, i): FurtherSettings<Server> =>
      'ingress' in application
        ? {
            ...application,
            backendConfig: readBackendConfig(problems.at(`applications[${i}]`, { name: 'serviceName' }), {
              name: derived(application.ingress.serviceName, 'config'),
              timing: application.ingress.server.timing,
              ingressClass,
              affinity: application.ingress.affinity,
              healthCheck: application.ingress.healthCheck,
              logSampleRate: props.logSampleRate,
              securityPolicy: props.securityPolicy,
            }),
          }
        : application,
  );
  // A FrontendConfig is for the external class alone.
  const inFront = tls !== undefined && ingressClass === 'gce';
  const managed = inFront && 'managed' in tls;
  checkDerived(problems, name, names, inFront, managed);
  if (sslPolicy !== undefined && !inFront) {
    problems.add('sslPolicy', 'is for TLS; give tls, or leave it out');
  }
  const frontendConfig = inFront
    ? readFrontendConfig(problems.at('', { name: 'names.frontendConfig' }), {
        name: names.frontendConfig ?? derived(name, 'frontend'),
        redirectToHttps,
        sslPolicy,
      })
    : undefined;
  const certificate = managed
    ? readManagedCertificate(problems.at('', certificateFields(ingress.hosts)), {
        name: names.certificate ?? derived(name, 'certificate'),
        domains: ingress.hosts,
      })
    : undefined;
  return { ...props, ...ingress, ingressClass, backendConfig, further, frontendConfig, certificate };
}

/** The names that the fields of a certificate have here. */
function certificateFields(hosts: readonly string[]): Readonly<Record<string, string>> {
  const domains = hosts.map((_host, i) => [`domains[${i}]`, i === 0 ? 'host' : `otherHosts[${i - 1}]`]);
  return { name: 'names.certificate', ...Object.fromEntries(domains) };
}

/** The longest part of a name between two dots. */
const LONGEST_LABEL = 63;

/** What is too long with its suffix is said of the name that somebody wrote, once. */
function checkDerived(problems: Problems, name: string, names: GkeEdgeNames, inFront: boolean, managed: boolean): void {
  const suffixes = [
    ...(managed && names.certificate === undefined ? ['certificate'] : []),
    ...(inFront && names.frontendConfig === undefined ? ['frontend'] : []),
  ];
  const longest = suffixes.find((suffix) => tooLong(name, suffix));
  if (longest === undefined || tooLong(name, undefined)) return;
  problems.add(
    'name',
    `"${name}" has ${name.length} characters, and what belongs to it is called after it ("…-${longest}"); give at most ${LONGEST_LABEL - longest.length - 1}, or names of your own in names`,
  );
}

function tooLong(name: string, suffix: string | undefined): boolean {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return (suffix === undefined ? last : `${last}-${suffix}`).length > LONGEST_LABEL;
}

/** What is wrong with a name is said of the name, and not of what is called after it. */
function derived(name: string, suffix: string): string {
  const problems = new Problems();
  checkSubdomainName(problems, '', `${name}-${suffix}`);
  return problems.found.length > 0 ? suffix : `${name}-${suffix}`;
}

/**
 * The shared description on GKE's Ingress: a {@link BackendConfig}, a {@link NegService}, a {@link GkeWebSocketIngress}, and with TLS a
 * {@link ManagedCertificate} and a {@link FrontendConfig} that redirects. For a part of it, put those together yourself.
 *
 * @example
 * new GkeWebSocketEdge(chart, 'Edge', { name: 'chat', host: 'chat.example.com', server, tls: { managed: true } });
 */
export class GkeWebSocketEdge extends Construct {
  readonly backendConfig: BackendConfig;
  readonly service: NegService;
  readonly certificate: ManagedCertificate | undefined;
  readonly frontendConfig: FrontendConfig | undefined;
  /** Those of the further applications, in their order. */
  readonly furtherServices: readonly NegService[];
  readonly ingress: GkeWebSocketIngress;

  /** @throws {InvalidInputError} with everything that is wrong with `props` or impossible on this class */
  constructor(scope: Construct, id: string, props: GkeWebSocketEdgeProps) {
    super(...placed(scope, id));
    const settings = settled((problems) => readGkeEdge(problems, props));
    const { name, host, otherHosts, paths, server, address, certificate, frontendConfig, tls } = settings;
    this.backendConfig = new BackendConfig(this, 'BackendConfig', settings.backendConfig);
    this.service = new NegService(this, 'Service', {
      name: settings.serviceName,
      port: settings.servicePort,
      server,
      backendConfig: this.backendConfig,
    });
    const routes = settings.further.map((application) => ({
      paths: application.paths,
      service: 'ingress' in application ? this.further(application) : application.service,
    }));
    this.furtherServices = routes.flatMap(({ service }) => (service instanceof NegService ? [service] : []));
    this.certificate = certificate === undefined ? undefined : new ManagedCertificate(this, 'Certificate', certificate);
    this.frontendConfig =
      frontendConfig === undefined ? undefined : new FrontendConfig(this, 'FrontendConfig', frontendConfig);
    this.ingress = new GkeWebSocketIngress(this, 'Ingress', {
      name,
      host,
      otherHosts,
      paths,
      service: this.service,
      routes,
      secret: tls !== undefined && 'secret' in tls ? tls.secret : undefined,
      preSharedCertificates: certificateNames(tls),
      certificate: this.certificate,
      frontendConfig: this.frontendConfig,
      address,
    });
  }

  private further(application: Extract<FurtherSettings, { readonly ingress: unknown }>): NegService {
    const { serviceName: name, servicePort: port, server } = application.ingress;
    const config = application.backendConfig as BackendConfigSettings;
    const backendConfig = new BackendConfig(this, `BackendConfig-${name}`, config);
    return new NegService(this, `Service-${name}`, { name, port, server, backendConfig });
  }
}
