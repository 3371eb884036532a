import { Problems } from '../input/problems';
import { fitted, isObject, list, number, object, optional, type Shape, text } from '../input/shape';
import { CONNECT_SECONDS, HEADER_SECONDS } from '../timing/fixed';
import type { SessionTargets } from './admission';
import { checkDistinct, checkLocation, checkProxy, checkServer, checkWebSocketPath } from './check';
import {
  type Passing,
  type Route,
  routeLocations,
  socketIoLocations,
  unknownLocation,
  type WebSocketPath,
  webSocketLocations,
} from './location';
import { proxyConf } from './proxy';
import { PROXY_SHAPE, type ProxyProps, type ProxySettings } from './proxy-props';
import { upstream } from './upstream';

/** What the proxy in an application's own pod is told. */
export interface NginxConfProps extends ProxyProps {
  /** The application in the same pod. */
  readonly upstream: {
    /**
     * An IPv4 address or a DNS name.
     *
     * @default '127.0.0.1'
     */
    readonly host?: string;
    readonly port: number;
  };

  /**
   * Where clients find Socket.IO, and where the application serves it: `/theia/socket.io/` as `/socket.io/`.
   *
   * @default - the application has no Socket.IO
   */
  readonly socketIo?: Omit<Route, 'upstreamPath'> & {
    /**
     * The application's own path. Starts and ends with "/".
     *
     * @default '/socket.io/'
     * @see https://socket.io/docs/v4/server-options/#path
     */
    readonly upstreamPath?: string;
  };

  /**
   * Where clients open WebSockets that are not Socket.IO's: `[{ path: '/ws' }]`. New ones are refused while the pod drains or is full; those that are open go on.
   *
   * @default - none
   */
  readonly webSockets?: readonly WebSocketPath[];

  /**
   * Other prefixes that go to the application. The form without the last slash is redirected to the one with it. A WebSocket that is opened there is treated as in
   * {@link NginxConfProps.webSockets}; ordinary requests are served during a drain as well.
   *
   * @default - every other path answers 404
   */
  readonly routes?: readonly Route[];
}

const ROUTE = object<Route>({ path: text('/app/'), upstreamPath: optional(text('/')) });

/** What {@link NginxConfProps} hold. */
export const NGINX_CONF_SHAPE: Shape<NginxConfProps> = {
  ...PROXY_SHAPE,
  upstream: object<NginxConfProps['upstream']>({ host: optional(text('127.0.0.1')), port: number(3000) }),
  socketIo: optional(ROUTE, { path: '/socket.io/' }),
  webSockets: optional(
    list(object<WebSocketPath>({ path: text('/ws'), upstreamPath: optional(text('/ws')) }), [{ path: '/ws' }]),
  ),
  routes: optional(list(ROUTE, [{ path: '/app/' }])),
};

/**
 * The nginx.conf of a proxy that stands in one pod with the application.
 *
 * It answers `/health` and `/ready` itself, passes Socket.IO and WebSockets on with every timeout taken from the timing, refuses new sessions while the
 * drain flag exists and when there are as many as it is sized for, and runs without privileges on a root file system that is read-only but for `/tmp`.
 *
 * @example
 * nginxConf({
 *   timing: deriveTiming(),
 *   upstream: { port: 3000 },
 *   socketIo: { path: '/theia/socket.io/' },
 *   routes: [{ path: '/theia/', upstreamPath: '/' }],
 *   addressesAppended: 2,
 * });
 *
 * @throws {InvalidInputError} with every value that nginx would refuse or read as something else
 */
export function nginxConf(given: NginxConfProps): string {
  const problems = new Problems();
  const props = fitted(problems, given, NGINX_CONF_SHAPE);
  if (!isObject(given)) problems.throwIfAny();
  const proxy = checkNginxConf(problems, props);
  problems.throwIfAny();

  const { app, socketIo, webSockets, routes } = partsOf(props);
  // A WebSocket may run over any route, so all of them wait as long as Socket.IO does.
  const idle = proxy.timing.idleTimeoutSeconds;
  const passing: Passing = { connectSeconds: CONNECT_SECONDS, sendSeconds: idle, readSeconds: idle, failover: [] };
  return proxyConf(proxy, {
    upstreams: [upstream([app])],
    variables: [],
    limits: [],
    addsPeer: true,
    headerSeconds: HEADER_SECONDS,
    socketIo: socketIo !== undefined,
    sessions: sessionTargets(socketIo, [...webSockets, ...routes]),
    locations: [
      ...(socketIo === undefined ? [] : socketIoLocations(socketIo, passing)),
      ...webSockets.flatMap((webSocket) => webSocketLocations(webSocket, passing)),
      ...routes.flatMap((route) => routeLocations(route, passing)),
      ...([
        ...(socketIo === undefined ? [] : [socketIo]),
        ...webSockets,
        ...routes,
        ...(props.extraLocations ?? []),
      ].some((location) => location.path === '/' && !('exact' in location && location.exact))
        ? []
        : [unknownLocation()]),
    ],
  });
}

/** Notes everything that nginx would refuse or read as something else, without making the text. */
export function checkNginxConf(problems: Problems, given: NginxConfProps): ProxySettings {
  const props = fitted(problems, given, NGINX_CONF_SHAPE);
  const { app, socketIo, webSockets, routes } = partsOf(props);
  const proxy = checkProxy(problems, props, 1);
  checkServer(problems, 'upstream', app);
  if (socketIo === undefined && webSockets.length === 0 && routes.length === 0) {
    problems.add('', 'passes nothing on; give socketIo, webSockets or routes');
  }
  if (socketIo !== undefined) {
    checkLocation(problems, 'socketIo.path', socketIo.path);
    checkLocation(problems, 'socketIo.upstreamPath', socketIo.upstreamPath);
  }
  webSockets.forEach((webSocket, index) => {
    checkWebSocketPath(problems, `webSockets[${index}]`, webSocket);
  });
  routes.forEach(({ path, upstreamPath }, index) => {
    checkLocation(problems, `routes[${index}].path`, path);
    if (upstreamPath !== undefined) checkLocation(problems, `routes[${index}].upstreamPath`, upstreamPath);
  });
  checkDistinct(
    problems,
    [
      ...(socketIo === undefined ? [] : [{ at: 'socketIo.path', path: socketIo.path, below: socketIo.path !== '/' }]),
      ...webSockets.map(({ path }, index) => ({ at: `webSockets[${index}].path`, path, below: path.endsWith('/') })),
      ...routes.map(({ path }, index) => ({ at: `routes[${index}].path`, path })),
    ],
    props.extraLocations,
  );
  return proxy;
}

function sessionTargets(socketIo: Route | undefined, others: readonly (Route | WebSocketPath)[]): SessionTargets {
  const { path: own, upstreamPath: served = own } = socketIo ?? { path: '/' };
  if (served === '/') return { sent: [], exchanged: [], passed: [] };
  const exchanging = others.filter(({ path, upstreamPath = path }) => upstreamPath !== path && path.endsWith('/'));
  const passed = exchanging.flatMap(({ path, upstreamPath = path }) => {
    if (upstreamPath.startsWith(served)) return [path];
    return served.startsWith(upstreamPath) ? [path + served.slice(upstreamPath.length)] : [];
  });
  return {
    sent: [served],
    exchanged: exchanging.map(({ path }) => path).filter((path) => path.startsWith(served)),
    passed: passed.filter((path) => path !== own),
  };
}

function partsOf(props: NginxConfProps) {
  const { socketIo } = props;
  return {
    app: { host: props.upstream.host ?? '127.0.0.1', port: props.upstream.port },
    socketIo:
      socketIo === undefined
        ? undefined
        : { path: socketIo.path, upstreamPath: socketIo.upstreamPath ?? '/socket.io/' },
    webSockets: props.webSockets ?? [],
    routes: props.routes ?? [],
  };
}
