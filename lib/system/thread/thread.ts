import { annotationOf } from '../../manifest/annotation';
import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { mappingOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { isAbsent, nearby } from '../absence';
import type { Controller } from '../entrance';
import { controllerOf, OPT_OUT, routesOf } from '../entrances';
import { backendsOf } from '../platforms/all';
import { declaredPorts } from '../pod';
import { type BackendReference, type ServicePort, servicePort, workloadsBehind } from '../route';
import { pathsToFollow, plainPath, rewrite } from './asked';
import { isProbed, type PortOfPod, portOfPod } from './listening';
import { mountFlaws } from './mounted';
import { nginxesOf } from './nginx-of-pod';
import { throughNginx } from './nginx-steps';
import { toService } from './service-step';
import type { Step, Thread } from './step';

/** Every thread of a bundle, in the order of its routes. */
export function threadsOf(bundle: Bundle): readonly Thread[] {
  return bundle.once(findThreads);
}

/** The steps of one kind that do not hold. */
export function flawsAt(bundle: Bundle, at: Step['at']): readonly { readonly step: Step; readonly thread: Thread }[] {
  return threadsOf(bundle).flatMap((thread) =>
    thread.steps
      .filter((step) => step.at === at && (step.state === 'broken' || step.state === 'doubtful'))
      .map((step) => ({ step, thread })),
  );
}

function findThreads(bundle: Bundle): readonly Thread[] {
  return routesOf(bundle).flatMap((route) =>
    backendsOf(route).flatMap((reference) => threadsFrom(bundle, route, reference)),
  );
}

/** The threads of requests for one path, whichever route and rule takes them: those with the longest path that leads there. */
export function threadsTo(bundle: Bundle, host: string | undefined, asked: string): readonly Thread[] {
  const ways = routesOf(bundle).flatMap((route) =>
    backendsOf(route).flatMap((reference) => {
      if (host !== undefined && reference.hosts.length > 0 && !reference.hosts.some((one) => meets(one, host)))
        return [];
      const paths = (reference.paths.length === 0 ? ['/'] : reference.paths).map(plainPath);
      const [longest] = paths.filter((path) => leads(path, asked)).sort((a, b) => b.length - a.length);
      return longest === undefined ? [] : [{ route, reference, length: longest.length }];
    }),
  );
  const most = Math.max(0, ...ways.map(({ length }) => length));
  return ways
    .filter(({ length }) => length === most)
    .flatMap(({ route, reference }) => threadsFrom(bundle, route, reference, { host, asked }));
}

/** A path that ends in a slash takes what is asked without it as well. */
function leads(path: string, asked: string): boolean {
  return asked.startsWith(path) || `${asked}/` === path;
}

/** Is this the name of a rule, or covered by its wildcard? */
function meets(written: string, host: string): boolean {
  return written === host || (written.startsWith('*.') && host.endsWith(written.slice(1)));
}

/** What somebody wants to have followed, instead of what clients of Socket.IO ask. */
interface Request {
  readonly host: string | undefined;
  readonly asked: string;
}

function threadsFrom(
  bundle: Bundle,
  route: Manifest,
  reference: BackendReference,
  request?: Request,
): readonly Thread[] {
  const controller = controllerOf(bundle, route);
  const host = request?.host ?? reference.hosts[0];
  const paths = request === undefined && reference.paths.length > 0 ? reference.paths : [request?.asked ?? '/'];
  // A Service that is its own route is itself, whatever else of its name lies beside it.
  const service = route.kind === 'Service' ? route : bundle.find('Service', reference.namespace, reference.service);
  const port = service === undefined ? undefined : servicePort(service, reference, workloadsBehind(bundle, service));
  const common = { route, controller, reference, host };
  const served = toService(bundle, reference, service, port);
  const start = [entered(route, reference, controller, paths), served];
  if (service === undefined || port === undefined || served.state === 'broken') {
    return [{ ...common, workload: undefined, asked: plainPath(paths[0] ?? '/'), steps: start }];
  }
  if (annotationOf(service, OPT_OUT) === 'false') return [];
  const behind = workloadsBehind(bundle, service);
  const workloads = behind.filter((one) => annotationOf(one, OPT_OUT) !== 'false');
  if (workloads.length < behind.length) return [];
  if (workloads.length === 0) {
    return [
      { ...common, workload: undefined, asked: plainPath(paths[0] ?? '/'), steps: [...start, noPods(bundle, service)] },
    ];
  }
  return reachedBy(port, workloads).flatMap((workload) =>
    paths.flatMap((path) =>
      (request === undefined ? pathsToFollow(bundle, workload, path) : [path]).map((asked): Thread => {
        const rewritten = rewrite(bundle, { reference, controller, service }, path, asked);
        const head = [
          start[0] as Step,
          ...(rewritten === undefined ? [] : [rewritten]),
          start[1] as Step,
          pods(service, workload),
        ];
        const steps =
          rewritten?.state === 'broken'
            ? head.slice(0, 2)
            : [...head, ...inside(bundle, { service, port, workload, asked, host })];
        return { ...common, workload, asked, steps };
      }),
    ),
  );
}

/** A Service sends to those of its pods that have a port of the name it targets, where some have one. */
function reachedBy(port: ServicePort, workloads: readonly Manifest[]): readonly Manifest[] {
  const target = textOf(port.value.targetPort);
  if (target === undefined || workloads.length === 1) return workloads;
  const having = workloads.filter((one) => declaredPorts(one).some(({ name }) => name === target));
  return having.length === 0 ? workloads : having;
}

function entered(
  route: Manifest,
  { hosts, path }: BackendReference,
  controller: Controller,
  paths: readonly string[],
): Step {
  const taken = controller === 'other' ? 'a controller that is not known here' : controller;
  return {
    at: 'route',
    state: 'holds',
    object: route,
    path,
    words: `${hosts[0] ?? 'any host'}${paths.join(', ')}, taken by ${taken}`,
  };
}

function noPods(bundle: Bundle, service: Manifest): Step {
  const selector = mappingOf(valueAt(service, ['spec', 'selector']));
  const path = ['spec', 'selector'];
  // Endpoints by hand have no selector. Labels may be given at run time, and pods made by an operator: only what is written differently is wrong.
  const broken =
    Object.keys(selector).length > 0 &&
    isAbsent(bundle, 'Pod', service) &&
    // Those of a ReplicationController or a Job are pods as well, and so are those of a sample beside this one.
    bundle.selectedBy(namespaceOf(service), selector).length === 0 &&
    !bundle.beside.some((one) => carries(one, selector)) &&
    nearby(bundle, service).some((one) => differs(one, selector));
  return {
    at: 'pods',
    state: broken ? 'broken' : 'unknown',
    object: service,
    path,
    words: broken
      ? `${JSON.stringify(selector)}, which no workload of the namespace carries`
      : 'pods that are not among these objects',
    expected: 'the labels of a pod template',
    fix: 'use the labels of the pod template, or check the workload together with the Service',
  };
}

/** Do the pods of a workload carry every label of a selector? */
function carries(workload: Manifest, selector: Readonly<Record<string, unknown>>): boolean {
  const labels = mappingOf(valueAt(workload, ['spec', 'template', 'metadata', 'labels']));
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** Has a workload every label of a selector, and one of them with another value? */
function differs(workload: Manifest, selector: Readonly<Record<string, unknown>>): boolean {
  const labels = mappingOf(valueAt(workload, ['spec', 'template', 'metadata', 'labels']));
  return Object.keys(selector).every((key) => labels[key] !== undefined);
}

function pods(service: Manifest, workload: Manifest): Step {
  const words = `the pods of ${workload.kind} ${workload.metadata.name}`;
  return { at: 'pods', state: 'holds', object: service, path: ['spec', 'selector'], words };
}

interface Inside {
  readonly service: Manifest;
  readonly port: ServicePort;
  readonly workload: Manifest;
  readonly asked: string;
  readonly host: string | undefined;
}

/** From the Service's port on: the target, what listens there, and where an nginx passes it on to. */
function inside(bundle: Bundle, { service, port, workload, asked, host }: Inside): readonly Step[] {
  const written = port.value.targetPort ?? port.value.port;
  const target = typeof written === 'string' || typeof written === 'number' ? written : '';
  const found = portOfPod(bundle, workload, target);
  const aimed = targetStep(service, port, workload, found);
  if (aimed.state === 'broken') return [aimed];
  const nginx = nginxesOf(bundle, workload).find(({ container }) => container.name === found.container?.name);
  const flaws = mountFlaws(bundle, workload).map(
    ({ object, path, actual, expected, fix }): Step => ({
      at: 'mount',
      state: 'broken',
      object,
      path,
      words: actual,
      expected,
      fix,
    }),
  );
  if (flaws.length > 0) return [aimed, ...flaws];
  if (nginx === undefined || found.number === undefined) return [aimed];
  return [aimed, ...throughNginx(bundle, { workload, nginx, port: found.number, asked, host })];
}

function targetStep(service: Manifest, port: ServicePort, workload: Manifest, found: PortOfPod): Step {
  const path = ['spec', 'ports', port.index, 'targetPort'];
  const step = { at: 'target', object: service, path, words: found.words } as const;
  // A container that declares the port was reached: what its nginx listens on is the next step.
  if (found.state === 'listens') return { ...step, state: 'holds' };
  if (found.state === 'silent' && found.container !== undefined)
    return { ...step, at: 'listen', state: 'broken', ...LISTEN };
  if (found.state === 'doubtful' && found.number !== undefined && isProbed(workload, found.number))
    return { ...step, state: 'holds' };
  if (found.state === 'unknown') return { ...step, state: 'unknown' };
  return {
    ...step,
    state: found.state === 'silent' ? 'broken' : 'doubtful',
    expected: `one of ${portsOf(workload).join(', ') || 'the container’s ports, by number'}`,
    fix: 'target a port that a container has, or declare this one',
  };
}

const LISTEN = {
  expected: 'one port, declared and listened on',
  fix: 'write the same port into listen, containerPort and targetPort',
} as const;

function portsOf(workload: Manifest): readonly string[] {
  return declaredPorts(workload).flatMap(({ name, number }) =>
    number === undefined ? [] : (name ?? number.toString()),
  );
}
