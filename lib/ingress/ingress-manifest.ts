import * as k8s from '../synth/k8s';

export interface IngressManifestProps {
  readonly name: string;
  readonly host: string;
  readonly paths: readonly string[];
  readonly service: { readonly name: string; readonly port: number };
  readonly annotations: Readonly<Record<string, string>>;
  /** The class as a field. Not for GKE, whose controller skips an Ingress that has it. */
  readonly ingressClassName?: string | undefined;
  /** The Secret with the certificate for the host. */
  readonly secretName?: string | undefined;
}

/** An Ingress of one host, all of whose paths go to one Service. */
export function ingressManifest(props: IngressManifestProps) {
  const { name, host, paths, service, annotations, ingressClassName, secretName } = props;
  return k8s.KubeIngress.manifest({
    metadata: { name, annotations: { ...annotations } },
    spec: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      rules: [
        {
          host,
          http: {
            paths: paths.map((path) => ({
              path,
              pathType: 'Prefix',
              backend: { service: { name: service.name, port: { number: service.port } } },
            })),
          },
        },
      ],
      ...(secretName === undefined ? {} : { tls: [{ hosts: [host], secretName }] }),
    },
  });
}
