import type { SizeRoundingBehavior } from 'cdk8s';
import { checkInteger } from '../input/kubernetes';
import { Problems, shown } from '../input/problems';
import {
  anything,
  type Field,
  fitted,
  isObject,
  list,
  number,
  object,
  optional,
  type Shape,
  text,
  thing,
} from '../input/shape';
import { API_SECONDS, SEND_SECONDS } from '../timing/fixed';
import { checkDistinct, checkLocation, checkProxy, checkServer, checkWebSocketPath } from './check';
import { clientNames } from './client';
import { byHash, byTurns, UPLOADS } from './failover';
import { routeLocations, socketIoLocations, unknownLocation, webSocketLocations } from './location';
import { proxyConf } from './proxy';
import { DEFAULT_MAX_BODY_KIBIBYTES, PROXY_SHAPE, type ProxyProps } from './proxy-props';
import type { Server } from './upstream';

/** `SizeRoundingBehavior.FLOOR`; the enum itself would load cdk8s, which only constructs need. */
const ROUND_DOWN: SizeRoundingBehavior = 1;

/** How the gateway chooses a server. */
export type GatewayAffinity = 'none' | 'clientAddress';

/** What a tier of proxies of its own, in front of the applications' pods, is told. */
export interface GatewayConfProps extends ProxyProps {
  /**
   * The applications. nginx resolves names once, when it starts: give names whose addresses stay, such as Services with a cluster IP.
   * With affinity give one for each pod; behind a single Service the choice would be made once more, by chance.
   */
  readonly servers: readonly Server[];

  /**
   * How many of the servers, from the first, are always there. The others may be absent for hours, as when an autoscaler removed them; clients keep to one server either way.
   *
   * @default - all of them
   */
  readonly alwaysThere?: number;

  /**
   * How a server is chosen.
   *
   * - `clientAddress`: all requests of one client address go to one server, which sessions over HTTP long-polling need. Adding a server
   *   moves only the clients that it takes over.
   * - `none`: each request goes to the next server. Only where every client connects by WebSocket alone: Socket.IO's with `transports: ['websocket']`.
   *
   * @default 'clientAddress'
   * @see https://socket.io/docs/v4/using-multiple-nodes/
   */
  readonly affinity?: GatewayAffinity;

  /**
   * Where clients find Socket.IO. The applications serve it under the same path. `false` where they have none.
   *
   * @default '/socket.io/'
   */
  readonly socketIoPath?: string | false;

  /**
   * Where clients open WebSockets that are not Socket.IO's, such as `/ws`. The applications serve them under the same paths.
   *
   * @default - none
   */
  readonly webSocketPaths?: readonly string[];

  /**
   * Where clients find the applications' other endpoints. The applications serve them under the same path.
   *
   * @default '/api/'
   */
  readonly apiPath?: string;
}

const SOCKET_IO_PATH: Field = thing(
  (value) => value === false || typeof value === 'string',
  'a path, such as "/socket.io/", or false',
  '/socket.io/',
);

/** What {@link GatewayConfProps} hold. */
export const GATEWAY_CONF_SHAPE: Shape<GatewayConfProps> = {
  ...PROXY_SHAPE,
  servers: list(object<Server>({ host: text('chat-0'), port: number(3001) }), [{ host: 'chat-0', port: 3001 }]),
  alwaysThere: optional(number(3)),
  affinity: anything,
  socketIoPath: optional(SOCKET_IO_PATH),
  webSocketPaths: optional(list(text('/ws'), ['/ws'])),
  apiPath: optional(text('/api/')),
};

/** What a gateway writes to its disk at the most, in KiB: bodies that it keeps for another group of servers. Nothing where all servers are always there. */
export function gatewayDiskKibibytes(
  props: Pick<GatewayConfProps, 'servers' | 'alwaysThere' | 'affinity' | 'maxBodySize'>,
): number {
  const { servers, alwaysThere = servers.length, affinity = 'clientAddress' } = props;
  if (affinity === 'none' || alwaysThere >= servers.length) return 0;
  return UPLOADS * (props.maxBodySize?.toKibibytes({ rounding: ROUND_DOWN }) ?? DEFAULT_MAX_BODY_KIBIBYTES);
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
export function gatewayConf(given: GatewayConfProps): string {
  const problems = new Problems();
  const props = fitted(problems, given, GATEWAY_CONF_SHAPE);
  if (!isObject(given)) problems.throwIfAny();
  const { servers, affinity = 'clientAddress', socketIoPath = '/socket.io/', apiPath = '/api/' } = props;
  const webSockets = (props.webSocketPaths ?? []).map((path) => ({ path }));
  const proxy = checkProxy(problems, props, servers.length);
  const alwaysThere = props.alwaysThere ?? servers.length;
  if (servers.length === 0) problems.add('servers', 'is empty; give at least one server');
  else checkInteger(problems, 'alwaysThere', alwaysThere, 1, servers.length);
  servers.forEach((server, index) => {
    checkServer(problems, `servers[${index}]`, server);
    const first = servers.findIndex(({ host, port }) => host === server.host && port === server.port);
    if (first < index) {
      problems.add(`servers[${index}]`, `${shown(server)} is the same as servers[${first}]; give each server once`);
    }
  });
  if (affinity !== 'none' && affinity !== 'clientAddress') {
    problems.add('affinity', `${shown(affinity)} is not an affinity; give "clientAddress" or "none"`);
  }
  if (socketIoPath !== false) checkLocation(problems, 'socketIoPath', socketIoPath);
  webSockets.forEach((webSocket, index) => {
    checkWebSocketPath(problems, `webSocketPaths[${index}]`, webSocket);
  });
  checkLocation(problems, 'apiPath', apiPath);
  const locations = [
    ...(socketIoPath === false ? [] : [{ at: 'socketIoPath', path: socketIoPath, below: socketIoPath !== '/' }]),
    ...webSockets.map(({ path }, index) => ({ at: `webSocketPaths[${index}]`, path, below: path.endsWith('/') })),
    { at: 'apiPath', path: apiPath },
  ];
  checkDistinct(problems, locations, props.extraLocations);
  problems.throwIfAny();

  // Not `ip_hash`: it sees the balancer's address, which is the same for everybody, and only three quarters of an IPv4 address.
  const { address } = clientNames(proxy.addressesAppended);
  const failover = affinity === 'none' ? byTurns(servers) : byHash(address, servers, alwaysThere);
  const webSocket = { sendSeconds: SEND_SECONDS, readSeconds: proxy.timing.idleTimeoutSeconds };
  const api = { sendSeconds: API_SECONDS, readSeconds: API_SECONDS };
  const streaming = failover.passing('sessions', webSocket);
  return proxyConf(proxy, {
    upstreams: failover.upstreams,
    variables: failover.variables,
    limits: failover.limits,
    addsPeer: false,
    headerSeconds: API_SECONDS,
    socketIo: socketIoPath !== false,
    sessions: { sent: socketIoPath === false || socketIoPath === '/' ? [] : [socketIoPath], exchanged: [], passed: [] },
    locations: [
      ...(socketIoPath === false ? [] : socketIoLocations({ path: socketIoPath }, streaming)),
      ...webSockets.flatMap((each) => webSocketLocations(each, streaming)),
      ...routeLocations({ path: apiPath }, failover.passing('api', api)),
      ...failover.next('sessions', true, webSocket),
      ...failover.next('api', false, api),
      ...([...locations, ...(props.extraLocations ?? [])].some(({ path }) => path === '/') ? [] : [unknownLocation()]),
    ],
  });
}
