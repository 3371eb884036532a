import { checkPort, checkServiceName } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { anything, type Field, list, number, object, optional, type Shape, text } from '../input/shape';
import { BACKEND_FIELD, type BackendFacts, type WebSocketBackend } from '../workload/backend';
import type { Affinity } from './affinity';
import { type BackendHealthCheck, HEALTH_CHECK_FIELD } from './health-check';
import {
  checkPaths,
  type PlatformAbilities,
  readWebSocketIngress,
  type WebSocketIngressSettings,
} from './websocket-ingress';

/** What else is behind the same hosts and the same balancer. */
export type Application<Server extends BackendFacts = WebSocketBackend> =
  | ServedApplication<Server>
  | ServiceApplication;

/** Another server of long-lived connections, with a Service and settings of its own. */
export interface ServedApplication<Server extends BackendFacts = WebSocketBackend> {
  /** Path prefixes that go to it. The longest that fits wins. */
  readonly paths: readonly string[];
  readonly server: Server;
  /** Name of the Service that is made for it. @default - the name of the server */
  readonly serviceName?: string;
  /** @default - the port that the server's clients reach */
  readonly servicePort?: number;
  /** @default "cookie" */
  readonly affinity?: Affinity;
  /** @default - `/health` every 15 s */
  readonly healthCheck?: BackendHealthCheck;
}

/** A Service that is there already, and is left alone: an API, a website. */
export interface ServiceApplication {
  /** Path prefixes that go to it. The longest that fits wins. */
  readonly paths: readonly string[];
  readonly service: { readonly name: string; readonly port: number };
}

/** An application, judged. */
export type ApplicationSettings<Server extends BackendFacts = WebSocketBackend> =
  | ({ readonly ingress: WebSocketIngressSettings<Server> } & { readonly paths: readonly string[] })
  | ServiceApplication;

const SERVED: Shape<ServedApplication<BackendFacts>> = {
  paths: list(text('/chat/'), ['/chat/']),
  server: BACKEND_FIELD,
  serviceName: optional(text('chat')),
  servicePort: optional(number(80)),
  affinity: anything,
  healthCheck: HEALTH_CHECK_FIELD,
};

const SERVICE: Shape<ServiceApplication> = {
  paths: list(text('/api/'), ['/api/']),
  service: object<ServiceApplication['service']>({ name: text('api'), port: number(80) }),
};

const EITHER: Field = {
  optional: false,
  allowed:
    'an application, such as { paths: ["/chat/"], server } or { paths: ["/api/"], service: { name: "api", port: 80 } }',
  standIn: { paths: ['/stand-in/'], service: { name: 'stand-in', port: 80 } },
  read: (problems, path, value) => {
    const isService = typeof value === 'object' && value !== null && 'service' in value;
    return (isService ? object(SERVICE) : object(SERVED)).read(problems, path, value);
  },
};

/** Applications among the properties of an entrance. */
export const APPLICATIONS_FIELD = optional(list(EITHER, []));

/** Reads what else is behind the entrance `main`, and notes what would take its paths or names. */
export function readApplications<Server extends BackendFacts>(
  problems: Problems,
  given: readonly Application<Server>[] | undefined,
  main: WebSocketIngressSettings<Server>,
  platform: PlatformAbilities,
): readonly ApplicationSettings<Server>[] {
  const paths = new Set(main.paths);
  const services = new Set([main.serviceName]);
  return (given ?? []).map((application, i) => {
    const at = problems.at(`applications[${i}]`);
    const settings = readApplication(at, application, platform);
    settings.paths.forEach((path, j) => {
      if (paths.has(path))
        at.add(`paths[${j}]`, `${shown(path)} goes to another application already; give each path once`);
    });
    for (const path of settings.paths) paths.add(path);
    if (!('ingress' in settings)) return settings;
    const { serviceName } = settings.ingress;
    if (services.has(serviceName))
      at.add('serviceName', `${shown(serviceName)} is the Service of another application; choose another name`);
    services.add(serviceName);
    return settings;
  });
}

function readApplication<Server extends BackendFacts>(
  problems: Problems,
  application: Application<Server>,
  platform: PlatformAbilities,
): ApplicationSettings<Server> {
  if ('service' in application) {
    checkPaths(problems, application.paths);
    checkServiceName(problems, 'service.name', application.service.name);
    checkPort(problems, 'service.port', application.service.port);
    return application;
  }
  // Name, host and certificate are those of the entrance, which is judged by itself.
  const ingress = readWebSocketIngress(
    problems,
    { name: 'entrance', host: 'entrance.example.com', ...application },
    platform,
  );
  return { paths: ingress.paths, ingress };
}

/** The Service that an application's requests go to. */
export function serviceNamed(application: ApplicationSettings): { readonly name: string; readonly port: number } {
  if (!('ingress' in application)) return application.service;
  return { name: application.ingress.serviceName, port: application.ingress.servicePort };
}
