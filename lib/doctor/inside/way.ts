import { annotationOf } from '../../manifest/annotation';
import { listOf, mappingOf, numberOf, textOf, valueAt } from '../../manifest/field';
import { bindingOf } from '../../system/backend-binding';
import { directivesNamed, nginxTextsIn } from '../../system/nginx-text';
import { containersOf } from '../../system/pod';
import { portIn } from '../facts/inside/objects';
import type { Live } from '../facts/live';

/** A port of a pod that speaks to clients, and the container that has it. */
export interface PortOfPod {
  readonly port: number;
  readonly container: string;
}

/** Ports that serve somebody else than clients. */
const OTHER = /metric|prom|health|admin|debug|grpc/i;
/** Proxy and application. */
const MOST_PORTS = 2;

/** The ports to ask, in the order of the way: what the Service sends to, then what stands behind it in the same pod. */
export function portsToAsk({ workload, port }: Live): readonly PortOfPod[] {
  if (workload === undefined) return [];
  const declared = containersOf(workload).flatMap(({ name, value }) =>
    listOf(value.ports)
      .map(mappingOf)
      .filter((one) => !OTHER.test(String(one.name ?? '')))
      .flatMap((one) => {
        const number = numberOf(one.containerPort);
        return number === undefined ? [] : [{ port: number, container: name }];
      }),
  );
  const target = port === undefined ? undefined : portIn(workload, port.value.targetPort ?? port.value.port);
  const first = declared.find((one) => one.port === target);
  const rest = declared.filter((one) => one !== first);
  // A port that no container declares may still be listened on.
  const asked = first ?? (target === undefined ? undefined : { port: target, container: 'undeclared' });
  return [...(asked === undefined ? [] : [asked]), ...rest].slice(0, MOST_PORTS);
}

/** Paths where Engine.IO may be, by what the routes say. */
export function pathsToTry(live: Live, given: string | undefined): readonly string[] {
  if (given !== undefined) return [given];
  const { route, service } = live;
  const written = listOf(valueAt(route, ['spec', 'rules'])).flatMap((rule) => [
    ...listOf(valueAt(rule, ['http', 'paths']))
      .map(mappingOf)
      .filter((entry) => valueAt(entry, ['backend', 'service', 'name']) === service?.metadata.name)
      .map((entry) => textOf(entry.path) ?? '/'),
    ...listOf(mappingOf(rule).matches).map((match) => textOf(valueAt(match, ['path', 'value'])) ?? '/'),
  ]);
  const bare = [...proxied(live), ...written].map((path) => path.replace(/[(*].*$/, '').replace(/\/+$/, ''));
  const named = bare.filter((path) => path.endsWith('socket.io')).map((path) => `${path}/`);
  const below = bare.filter((path) => !path.endsWith('socket.io')).map((path) => `${path}/socket.io/`);
  return [...new Set([...named, ...below, '/socket.io/'])];
}

/** Where the proxy of the pods looks for Engine.IO, by its own configuration. */
function proxied({ bundle, workload }: Live): readonly string[] {
  if (workload === undefined) return [];
  return nginxTextsIn(bundle, workload)
    .flatMap(({ directives }) => directivesNamed(directives, 'location'))
    .map(({ args }) => args.at(-1) ?? '')
    .filter((path) => /^\/[\w/.-]*socket\.io\/?$/.test(path));
}

/** The name under which the system is reached, by its route. */
export function hostOf({ route }: Live): string | undefined {
  const rules = listOf(valueAt(route, ['spec', 'rules'])).map((rule) => textOf(mappingOf(rule).host));
  const names = listOf(valueAt(route, ['spec', 'hostnames'])).map(textOf);
  return [...rules, ...names].find((name) => name !== undefined && !name.startsWith('*'));
}

/** The address that the balancer was given, by the status of the Ingress. */
export function addressOf({ route }: Live): string | undefined {
  const [first] = listOf(valueAt(route, ['status', 'loadBalancer', 'ingress'])).map(mappingOf);
  return textOf(first?.ip) ?? textOf(first?.hostname);
}

/** What the balancer asks to learn whether a pod is healthy; its readiness probe where nothing else is written. */
export function healthAsked(live: Live): { readonly path: string; readonly port: number } | undefined {
  const { service, bundle, port, workload, route } = live;
  if (service === undefined || workload === undefined) return undefined;
  const target = port === undefined ? undefined : portIn(workload, port.value.targetPort ?? port.value.port);
  const binding = bindingOf(bundle, { service, port });
  const check = binding.state === 'bound' ? mappingOf(valueAt(binding.config, ['spec', 'healthCheck'])) : {};
  const policy = bundle
    .ofKind('HealthCheckPolicy')
    .find((one) => valueAt(one, ['spec', 'targetRef', 'name']) === service.metadata.name);
  const google = mappingOf(valueAt(policy, ['spec', 'default', 'config', 'httpHealthCheck']));
  const annotated = [service, ...(route === undefined ? [] : [route])]
    .map((one) => annotationOf(one, 'alb.ingress.kubernetes.io/healthcheck-path'))
    .find((path) => path !== undefined);
  const written = textOf(check.requestPath) ?? textOf(google.requestPath) ?? annotated;
  const asked = numberOf(check.port) ?? numberOf(google.port) ?? target;
  if (written !== undefined && asked !== undefined) return { path: written, port: asked };
  for (const { value } of containersOf(workload)) {
    const probe = mappingOf(valueAt(value, ['readinessProbe', 'httpGet']));
    const number = portIn(workload, probe.port);
    if (number !== undefined) return { path: textOf(probe.path) ?? '/', port: number };
  }
  return undefined;
}
