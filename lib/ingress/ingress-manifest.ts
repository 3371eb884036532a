import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';
import { type ServerService, serviceOf } from './server-service';
import type { WebSocketIngressSettings } from './websocket-ingress';

/** Paths, and the Service that they go to. */
export interface IngressRoute {
  readonly paths: readonly string[];
  readonly service: { readonly name: string; readonly port: number };
}

export interface IngressManifestProps {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly routes: readonly IngressRoute[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The class as a field. Not for GKE, whose controller skips an Ingress that has it. */
  readonly ingressClassName?: string | undefined;
  /** The Secret with the certificate for the hosts. */
  readonly secretName?: string | undefined;
}

/** An Ingress of hosts whose paths all go to the same Services. */
export function ingressManifest(props: IngressManifestProps) {
  const { name, hosts, routes, annotations, ingressClassName, secretName } = props;
  return k8s.KubeIngress.manifest({
    metadata: { name, annotations: { ...annotations } },
    spec: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      rules: hosts.map((host) => ({
        host,
        http: {
          paths: routes.flatMap(({ paths, service }) =>
            paths.map((path) => ({
              path,
              pathType: 'Prefix',
              backend: { service: { name: service.name, port: { number: service.port } } },
            })),
          ),
        },
      })),
      ...(secretName === undefined ? {} : { tls: [{ hosts: [...hosts], secretName }] }),
    },
  });
}

/** What a controller that is told everything in annotations reads besides the description. */
export interface AnnotatedIngress {
  /** The class as a field. */
  readonly ingressClass: string;
  /** What every annotation that the controller reads starts with. */
  readonly prefix: string;
  /** Without their prefix. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What it reads on the Service instead, without the prefix. @default - nothing */
  readonly onService?: Readonly<Record<string, string>>;
  /** The Secret with the certificate for the host. */
  readonly secretName?: string | undefined;
}

/** An Ingress whose controller is told everything in annotations, with the Service it goes to. */
export abstract class AnnotatedWebSocketIngress extends Construct {
  readonly resource: ApiObject;
  readonly service: ServerService;

  protected constructor(scope: Construct, id: string, ingress: WebSocketIngressSettings, told: AnnotatedIngress) {
    super(...placed(scope, id));
    this.service = serviceOf(this, ingress, told.onService && prefixed(told.prefix, told.onService));
    this.resource = kubeObject(
      this,
      'Resource',
      ingressManifest({
        name: ingress.name,
        hosts: ingress.hosts,
        routes: [{ paths: ingress.paths, service: this.service }],
        ingressClassName: told.ingressClass,
        annotations: prefixed(told.prefix, told.annotations),
        secretName: told.secretName,
      }),
    );
  }
}

function prefixed(prefix: string, annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`${prefix}${name}`, value]));
}
