import { Problems } from '../input/problems';
import { checkDistinct, checkLocation, checkProxy, checkServer } from './check';
import { type Route, routeLocations, socketIoLocation, unknownLocation } from './location';
import { proxyConf } from './proxy';
import type { ProxyProps, ProxySettings } from './proxy-props';
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

  /** Where clients find Socket.IO, and where the application serves it: `/theia/socket.io/` as `/socket.io/`. */
  readonly socketIo: Omit<Route, 'upstreamPath'> & {
    /**
     * The application's own path. Starts and ends with "/".
     *
     * @default '/socket.io/'
     * @see https://socket.io/docs/v4/server-options/#path
     */
    readonly upstreamPath?: string;
  };

  /**
   * Other prefixes that go to the application. The form without the last slash is redirected to the one with it.
   *
   * @default - Socket.IO only; every other path answers 404
   */
  readonly routes?: readonly Route[];
}

/**
 * The nginx.conf of a proxy that stands in one pod with the application.
 *
 * It answers `/health` and `/ready` itself, passes Socket.IO on with every timeout taken from the timing, refuses new sessions while the
 * drain flag exists, and runs without privileges on a root file system that is read-only but for `/tmp`.
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
export function nginxConf(props: NginxConfProps): string {
  const problems = new Problems();
  const proxy = checkNginxConf(problems, props);
  problems.throwIfAny();

  const { app, socketIo, routes } = partsOf(props);
  // A WebSocket of the application's own may run over any route, so all of them wait as long as Socket.IO does.
  const idle = proxy.timing.idleTimeoutSeconds;
  const timeouts = { sendSeconds: idle, readSeconds: idle };
  return proxyConf(proxy, {
    upstream: upstream([app]),
    addsPeer: true,
    locations: [
      socketIoLocation(socketIo, timeouts, proxy.drainFlag, false),
      ...routes.flatMap((route) => routeLocations(route, timeouts)),
      ...([socketIo, ...routes].some(({ path }) => path === '/') ? [] : [unknownLocation()]),
    ],
  });
}

/** Notes everything that nginx would refuse or read as something else, without making the text. */
export function checkNginxConf(problems: Problems, props: NginxConfProps): ProxySettings {
  const { app, socketIo, routes } = partsOf(props);
  const proxy = checkProxy(problems, props, 1);
  checkServer(problems, 'upstream', app);
  const locations = [
    { at: 'socketIo.path', path: socketIo.path },
    ...routes.map(({ path }, index) => ({ at: `routes[${index}].path`, path })),
  ];
  for (const { at, path } of locations) checkLocation(problems, at, path);
  checkLocation(problems, 'socketIo.upstreamPath', socketIo.upstreamPath);
  routes.forEach((route, index) => {
    if (route.upstreamPath !== undefined) checkLocation(problems, `routes[${index}].upstreamPath`, route.upstreamPath);
  });
  checkDistinct(problems, locations);
  return proxy;
}

function partsOf(props: NginxConfProps) {
  return {
    app: { host: props.upstream.host ?? '127.0.0.1', port: props.upstream.port },
    socketIo: { path: props.socketIo.path, upstreamPath: props.socketIo.upstreamPath ?? '/socket.io/' },
    routes: props.routes ?? [],
  };
}
