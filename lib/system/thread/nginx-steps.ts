import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { isAbsent } from '../absence';
import { containersOf } from '../pod';
import { isSocketIoPath } from '../probe';
import { workloadsBehind } from '../route';
import { portOfPod } from './listening';
import type { NginxOfPod } from './nginx-of-pod';
import { isLocal, type Passage, passageOf, type Upstream } from './passage';
import type { Step } from './step';

/** A request that has come to the nginx of a pod. */
export interface AtNginx {
  readonly workload: Manifest;
  readonly nginx: NginxOfPod;
  readonly port: number;
  readonly asked: string;
  readonly host: string | undefined;
}

/** What an nginx does with a request, step by step: the location, the path that it sends on, and the server that it sends it to. */
export function throughNginx(bundle: Bundle, at: AtNginx): readonly Step[] {
  const { nginx, port, asked, host } = at;
  const passage = passageOf(nginx, port, asked, host);
  const [first] = nginx.files;
  if (passage === undefined)
    return first === undefined
      ? []
      : [
          {
            at: 'location',
            state: 'unknown',
            object: first.configMap,
            path: first.path,
            words: `which server or location of nginx takes ${asked} is not known`,
          },
        ];
  const { file, location, upstream, refused } = passage;
  const step = { object: file.configMap, path: file.path } as const;
  if (refused !== undefined)
    return [
      {
        ...step,
        at: 'path',
        state: 'broken',
        words: `${location?.words}: ${refused}`,
        expected: 'a configuration that nginx starts with',
        fix: 'write proxy_pass without a path',
      },
    ];
  const taken = locationStep(at, passage);
  if (upstream === undefined || taken.state === 'broken') return [taken];
  const path = pathStep(at, passage);
  return [
    taken,
    ...(path === undefined ? [] : [path]),
    ...(path?.state === 'broken' ? [] : upstreamSteps(bundle, at, passage, upstream)),
  ];
}

function locationStep({ asked, nginx }: AtNginx, { file, location, upstream, answers }: Passage): Step {
  const step = { at: 'location', object: file.configMap, path: file.path } as const;
  if (upstream !== undefined) return { ...step, state: 'holds', words: `${location?.words} takes ${asked}` };
  // Pages and probes are answered by nginx itself; Socket.IO never is.
  const passes = nginx.servers.some(({ block }) =>
    block.some(({ block: inner }) => inner?.some(({ name }) => name === 'proxy_pass')),
  );
  const broken = isSocketIoPath(asked) && (passes || answers !== undefined);
  const what =
    location === undefined ? `no location takes ${asked}` : `${location.words} takes ${asked} and passes it to nobody`;
  return {
    ...step,
    state: broken ? 'broken' : 'unknown',
    words: answers === undefined ? what : `${what}: it answers ${answers}`,
    expected: `a location that passes ${asked} on`,
    fix: `write location ${asked} with proxy_pass`,
  };
}

function pathStep({ asked }: AtNginx, { file, location, sent }: Passage): Step | undefined {
  if (sent === undefined || sent === asked) return undefined;
  const lost = isSocketIoPath(asked) && !isSocketIoPath(sent);
  return {
    at: 'path',
    state: lost ? 'broken' : 'holds',
    object: file.configMap,
    path: file.path,
    words: `${location?.words} sends ${asked} on as ${sent}`,
    ...(lost
      ? {
          expected: 'the path that the server is asked for, /socket.io/',
          fix: 'write proxy_pass without a path, so that the path stays as it is',
        }
      : {}),
  };
}

function upstreamSteps(bundle: Bundle, at: AtNginx, { file }: Passage, upstream: Upstream): readonly Step[] {
  const step = { object: file.configMap, path: file.path } as const;
  if (upstream.unknown)
    return [
      {
        ...step,
        at: 'upstream',
        state: 'unknown',
        words: `where ${upstream.name || 'proxy_pass'} leads to is decided at run time`,
      },
    ];
  if (upstream.servers.length === 0)
    return [
      {
        ...step,
        at: 'upstream',
        state: 'broken',
        words: `upstream ${upstream.name} has no server`,
        expected: 'a server',
        fix: `write server <address>:<port>; into upstream ${upstream.name}`,
      },
    ];
  return upstream.servers.flatMap(({ host, port, resolves }): readonly Step[] =>
    isLocal(host) ? [inPod(bundle, at, file, host, port)] : throughService(bundle, at, file, host, port, resolves),
  );
}

function inPod(
  bundle: Bundle,
  { workload, nginx }: AtNginx,
  { configMap, path }: Passage['file'],
  host: string,
  port: number,
): Step {
  const others = containersOf(workload).filter(({ name }) => name !== nginx.container.name);
  const itself = portOfPod(bundle, workload, port, [nginx.container]);
  const found = itself.state === 'listens' ? itself : portOfPod(bundle, workload, port, others);
  const step = { at: 'upstream', object: configMap, path } as const;
  const words = `${host}:${port}: ${others.length === 0 && itself.state !== 'listens' ? 'there is no other container in the pod' : found.words}`;
  if (found.state === 'listens') return { ...step, state: 'holds', words };
  if (found.state === 'unknown' && others.length > 0) return { ...step, state: 'unknown', words };
  return {
    ...step,
    state: found.state === 'doubtful' ? 'doubtful' : 'broken',
    words,
    expected: 'a port on which a container of the pod listens',
    fix: 'send to the port of the application, or declare this one in its container',
  };
}

/** A name of the cluster: `chat`, `chat.shop`, `chat.shop.svc.cluster.local`, `chat-0.chat.shop`; `undefined` for one of the world. */
function serviceNamed(
  bundle: Bundle,
  workload: Manifest,
  host: string,
): { readonly service: Manifest | undefined; readonly pod: boolean; readonly name: string } | undefined {
  const inside = /\.svc(\.[\w.-]+)?$/.test(host);
  const [first = '', second, third] = host.replace(/\.svc(\.[\w.-]+)?$/, '').split('.');
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(first) || (third !== undefined && !inside)) return undefined;
  const home = namespaceOf(workload);
  const own = third === undefined ? bundle.find('Service', second ?? home, first) : undefined;
  if (own !== undefined) return { service: own, pod: false, name: first };
  const headless = second === undefined ? undefined : bundle.find('Service', third ?? home, second);
  if (headless !== undefined) return { service: headless, pod: true, name: second as string };
  return second === undefined || inside
    ? { service: undefined, pod: false, name: third === undefined ? first : (second as string) }
    : undefined;
}

function throughService(
  bundle: Bundle,
  { workload }: AtNginx,
  { configMap, path }: Passage['file'],
  host: string,
  port: number,
  resolves: boolean,
): readonly Step[] {
  const step = { at: 'upstream', object: configMap, path } as const;
  const named = serviceNamed(bundle, workload, host);
  if (named === undefined)
    return [{ ...step, state: 'unknown', words: `${host}:${port}, which is outside of these objects` }];
  const { service, name, pod } = named;
  if (service === undefined)
    return [
      isAbsent(bundle, 'Service', workload)
        ? {
            ...step,
            state: 'broken',
            words: `${host}:${port}: Service ${name} is not among these objects`,
            expected: 'a Service that exists',
            fix: 'correct the name, or check the Service together with the workload',
          }
        : { ...step, state: 'unknown', words: `${host}:${port}, which is outside of these objects` },
    ];
  const headless = valueAt(service, ['spec', 'clusterIP']) === 'None';
  const ports = listOf(valueAt(service, ['spec', 'ports'])).map(mappingOf);
  const entry = ports.find((one) => numberOf(one.port) === port);
  // Past a headless Service, the port is one of the pod.
  if (entry === undefined && !headless)
    return [
      {
        ...step,
        state: 'broken',
        words: `${host}:${port}: Service ${name} has no port ${port}`,
        expected: `one of its ports: ${ports.map((one) => wordsOf(one.port)).join(', ')}`,
        fix: `send to port ${wordsOf(ports[0]?.port ?? 80)}`,
      },
    ];
  const target = headless ? port : (numberOf(entry?.targetPort) ?? textOf(entry?.targetPort) ?? port);
  const [behind] = workloadsBehind(bundle, service);
  const found = behind === undefined ? undefined : portOfPod(bundle, behind, target);
  const silent = found?.state === 'silent' || found?.state === 'doubtful';
  const led: Step = {
    ...step,
    state:
      found === undefined
        ? 'unknown'
        : silent
          ? found.state === 'silent'
            ? 'broken'
            : 'doubtful'
          : found.state === 'listens'
            ? 'holds'
            : 'unknown',
    words: `${host}:${port}, Service ${name}${found === undefined ? ', whose pods are not among these objects' : `: ${found.words}`}`,
    ...(silent ? { expected: 'a port on which its pods listen', fix: 'send to a port that a container has' } : {}),
  };
  if (!headless || pod || resolves) return [led];
  return [
    led,
    {
      ...step,
      at: 'addresses',
      state: 'doubtful',
      words: `${host} is the headless Service ${name}, whose pods nginx looks up once, when it starts`,
      expected: 'a Service with an address, or server … resolve',
      fix: `send to a Service with a cluster IP, or write server ${host}:${port} resolve; with a resolver and a zone`,
    },
  ];
}
