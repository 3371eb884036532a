import { type Bundle, loadTexts, type Manifest } from '../../lib/manifest';

/** One web application behind an Ingress, of which a test says what differs. */
export interface Web {
  readonly className?: string;
  /** Annotations of the Ingress, as YAML flow. */
  readonly ingress?: string;
  readonly service?: string;
  /** An entry of the Service's ports. */
  readonly port?: string;
  readonly paths?: readonly string[];
  readonly image?: string;
  readonly podLabels?: string;
  readonly workload?: string;
  readonly container?: string;
  readonly pod?: string;
  readonly kind?: 'Deployment' | 'StatefulSet';
  readonly replicas?: number;
  readonly more?: string;
}

/** The YAML of it: what a chart for a web application prints. */
export function web(of: Web = {}): string {
  const { paths = ['/'], kind = 'Deployment', replicas = 2 } = of;
  const backend = '{ service: { name: web, port: { number: 80 } } }';
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: { ${of.ingress ?? ''} } }
spec:
  ingressClassName: ${of.className ?? 'nginx'}
  rules:
    - host: web.example.com
      http:
        paths:
${paths.map((path) => `          - { path: ${path}, pathType: Prefix, backend: ${backend} }`).join('\n')}
---
apiVersion: v1
kind: Service
metadata: { name: web, annotations: { ${of.service ?? ''} } }
spec:
  selector: { app: web }
  ports: [{ port: 80, ${of.port ?? 'name: http, targetPort: http'} }]
---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: web, annotations: { ${of.workload ?? ''} } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, ${of.podLabels ?? ''} } }
    spec:
      ${of.pod ?? '{}'}
`
    .replace(/\n {6}\{\}\n$/, '')
    .concat(`
      containers:
        - name: web
          image: ${of.image ?? 'registry.example.com/team/web:1.0.0'}
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /ready, port: http } }
          ${of.container ?? ''}
${of.more === undefined ? '' : `---\n${of.more}`}`);
}

/** A container that mounts a file of its settings. */
export function configured(file: string): Web {
  return {
    pod: 'volumes: [{ name: conf, configMap: { name: conf } }]',
    container: 'volumeMounts: [{ name: conf, mountPath: /etc/conf }]',
    more: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: conf }\ndata: { conf: ${JSON.stringify(file)} }\n`,
  };
}

/** The objects of a text that can be read. */
export function bundleOf(text: string): Bundle {
  const { bundle, problems } = loadTexts(new Map([['web.yaml', text]]));
  if (problems.length > 0) throw new Error(`${problems.join('\n')}\n${text}`);
  return bundle;
}

/** Its only Deployment. */
export function deploymentOf(bundle: Bundle): Manifest {
  const [only] = bundle.ofKind('Deployment');
  if (only === undefined) throw new Error('there is no Deployment');
  return only;
}

/** The environment of a container, as YAML flow. */
export function env(variables: Readonly<Record<string, string>>): string {
  return `env: [${Object.entries(variables)
    .map(([name, value]) => `{ name: ${name}, value: "${value}" }`)
    .join(', ')}]`;
}

/** A Service in one line, with its spec and annotations as YAML flow. */
export function service(spec: string, annotations = ''): string {
  return `{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop, annotations: { ${annotations} } }, spec: ${spec} }\n`;
}
