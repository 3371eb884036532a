import { Problems, shown } from '../input/problems';
import { checkDistinct, checkLocation, checkProxy, checkServer, type Server } from './check';
import { clientNames } from './client';
import { routeLocations, socketIoLocation, unknownLocation } from './location';
import { proxyConf } from './proxy';
import type { ProxyProps } from './proxy-props';
import { upstream } from './upstream';

/** The documented limit for sending to the application. */
const SEND_SECONDS = 300;

/** The documented limit for ordinary requests, between two reads or two writes. */
const API_SECONDS = 60;

/** How the gateway chooses a server. */
export type GatewayAffinity = 'none' | 'client-address';

/** What a tier of proxies of its own, in front of the applications' pods, is told. */
export interface GatewayConfProps extends ProxyProps {
  /**
   * The applications. nginx resolves names once, when it starts: give names whose addresses stay, such as Services with a cluster IP.
   * With affinity give one for each pod; behind a single Service the choice would be made once more, by chance.
   */
  readonly servers: readonly Server[];

  /**
   * How a server is chosen.
   *
   * - `client-address`: all requests of one client address go to one server, which sessions over HTTP long-polling need. Adding a server
   *   moves only the clients that it takes over.
   * - `none`: each request goes to the next server. Only where every client connects with `transports: ['websocket']`.
   *
   * @default 'client-address'
   * @see https://socket.io/docs/v4/using-multiple-nodes/
   */
  readonly affinity?: GatewayAffinity;

  /**
   * Where clients find Socket.IO. The applications serve it under the same path.
   *
   * @default '/socket.io/'
   */
  readonly socketIoPath?: string;

  /**
   * Where clients find the applications' other endpoints. The applications serve them under the same path.
   *
   * @default '/api/'
   */
  readonly apiPath?: string;
}

/**
 * The nginx.conf of a gateway: a tier of its own between the balancer and the applications.
 *
 * `/health` and `/ready` are answered by the gateway itself. Passed on to the applications, one of them failing would take healthy gateways
 * out of the balancer, with all connections to the others.
 *
 * @example
 * gatewayConf({
 *   timing: deriveTiming({ pingTimeout: Duration.seconds(25) }),
 *   servers: [{ host: 'chat-0', port: 3001 }, { host: 'chat-1', port: 3001 }],
 *   addressesAppended: 2,
 * });
 *
 * @throws {InvalidInputError} with every value that nginx would refuse or read as something else
 */
export function gatewayConf(props: GatewayConfProps): string {
  const problems = new Problems();
  const { servers, affinity = 'client-address', socketIoPath = '/socket.io/', apiPath = '/api/' } = props;
  const proxy = checkProxy(problems, props, servers.length);
  if (servers.length === 0) problems.add('servers', 'is empty; give at least one server');
  servers.forEach((server, index) => {
    checkServer(problems, `servers[${index}]`, server);
    const first = servers.findIndex(({ host, port }) => host === server.host && port === server.port);
    if (first < index) {
      problems.add(`servers[${index}]`, `${shown(server)} is the same as servers[${first}]; give each server once`);
    }
  });
  if (affinity !== 'none' && affinity !== 'client-address') {
    problems.add('affinity', `${shown(affinity)} is not an affinity; give "client-address" or "none"`);
  }
  const locations = [
    { at: 'socketIoPath', path: socketIoPath },
    { at: 'apiPath', path: apiPath },
  ];
  for (const { at, path } of locations) checkLocation(problems, at, path);
  checkDistinct(problems, locations);
  problems.throwIfAny();

  // Not `ip_hash`: it sees the balancer's address, which is the same for everybody, and only three quarters of an IPv4 address.
  const { address } = clientNames(proxy.addressesAppended);
  const balance = affinity === 'none' ? [] : [`hash ${address} consistent`];
  const webSocket = { sendSeconds: SEND_SECONDS, readSeconds: proxy.timing.idleTimeoutSeconds };
  return proxyConf(proxy, {
    upstream: upstream(servers, balance),
    addsPeer: false,
    locations: [
      socketIoLocation({ path: socketIoPath }, webSocket, proxy.drainFlag, servers.length > 1),
      ...routeLocations({ path: apiPath }, { sendSeconds: API_SECONDS, readSeconds: API_SECONDS }),
      ...(locations.some(({ path }) => path === '/') ? [] : [unknownLocation()]),
    ],
  });
}
