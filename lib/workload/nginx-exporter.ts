import { checkImage, checkPort } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { number, object, optional, type Shape, text } from '../input/shape';
import {
  type ContainerResources,
  confined,
  type PlainContainer,
  RESOURCES_FIELD,
  readResources,
  resourceRequirements,
  type SettledResources,
} from './container';

/** What counts the connections of nginx for Prometheus. @see https://github.com/nginx/nginx-prometheus-exporter */
export interface NginxExporterProps {
  /**
   * Image of nginx's own exporter.
   *
   * @default DEFAULT_EXPORTER_IMAGE
   */
  readonly image?: string;

  /** Where Prometheus asks it. @default 9113, the exporter's own */
  readonly port?: number;

  /** Where nginx answers it, on the loopback interface of the pod. @default 8081 */
  readonly statusPort?: number;

  /** @default - requests 10m CPU and 16Mi memory; limits 64Mi memory */
  readonly resources?: ContainerResources;
}

/** {@link NginxExporterProps} with every default filled in. */
export interface NginxExporterSettings {
  readonly image: string;
  readonly port: number;
  readonly statusPort: number;
  readonly resources: SettledResources;
}

/** The release and the flags that its README names. @see https://github.com/nginx/nginx-prometheus-exporter#running-the-exporter-in-a-docker-container */
export const DEFAULT_EXPORTER_IMAGE = 'nginx/nginx-prometheus-exporter:1.5.1';

/** The name of its port, which monitors ask for. */
export const EXPORTER_PORT_NAME = 'nginx-metrics';

/** It needs no user of its own, only one that is not root. */
const USER = 65_534;

const DEFAULT_RESOURCES: SettledResources = {
  requests: { cpu: '10m', memory: '16Mi' },
  limits: { memory: '64Mi' },
  ephemeralStorage: '64Mi',
};

const SHAPE: Shape<NginxExporterProps> = {
  image: optional(text(DEFAULT_EXPORTER_IMAGE)),
  port: optional(number(9113)),
  statusPort: optional(number(8081)),
  resources: RESOURCES_FIELD,
};

/** An exporter among the properties of a proxy. */
export const EXPORTER_FIELD = optional(object(SHAPE));

/** Reads what the exporter of a proxy is told, and notes ports that are taken. */
export function readExporter(
  problems: Problems,
  props: NginxExporterProps,
  taken: readonly number[],
): NginxExporterSettings {
  const { image = DEFAULT_EXPORTER_IMAGE, port = 9113, statusPort = 8081 } = props;
  checkImage(problems, 'image', image);
  for (const [name, value, others] of [
    ['port', port, [...taken, statusPort]],
    ['statusPort', statusPort, taken],
  ] as const) {
    checkPort(problems, name, value);
    if (others.includes(value)) problems.add(name, `${shown(value)} is another port of this pod; give one of its own`);
  }
  return {
    image,
    port,
    statusPort,
    resources: readResources(problems.at('resources'), props.resources, DEFAULT_RESOURCES),
  };
}

/** The container: a native sidecar, so that it still counts while the application drains. */
export function nginxExporter({ image, port, statusPort, resources }: NginxExporterSettings): PlainContainer {
  const container = confined(
    {
      name: 'nginx-exporter',
      image,
      imagePullPolicy: 'IfNotPresent',
      args: [`--nginx.scrape-uri=http://127.0.0.1:${statusPort}/status`, `--web.listen-address=:${port}`],
      ports: [{ name: EXPORTER_PORT_NAME, containerPort: port, protocol: 'TCP' }],
      resources: resourceRequirements(resources),
    },
    USER,
  );
  return { ...container, restartPolicy: 'Always' };
}
