import { FAILOVER_CONNECT_SECONDS, FAILOVER_SECONDS, MEMORY_SECONDS } from '../timing/fixed';
import { REFUSAL } from './admission';
import { nextGroupLocation, type Passing } from './location';
import { block, type Statement } from './statement';
import { type Server, UPSTREAM, upstream } from './upstream';

/** How many servers of a group are tried. */
const TRIES = 3;

/** Of the last group, where there is nobody else to go to. */
const LAST_TRIES = 5;

/** The groups of servers of a gateway, and how a request goes from one to the next. */
export interface Failover {
  readonly upstreams: readonly Statement[];
  /** For the `http` level. */
  readonly variables: readonly Statement[];
  /** For the `server` level. */
  readonly limits: readonly Statement[];
  /** For the location in which a request arrives, by a name for what it serves. */
  passing(name: string, timeouts: { readonly sendSeconds: number; readonly readSeconds: number }): Passing;
  /** The locations in which it goes on. */
  next(
    name: string,
    streams: boolean,
    timeouts: { readonly sendSeconds: number; readonly readSeconds: number },
  ): Statement[];
}

/**
 * Keeps a client on one server by `key`, with any number of the servers there, and finds another within one or two seconds when it is not.
 *
 * Every client has its own order of the servers, and goes to the first that accepts a connection. Nothing is remembered of those that did not (`max_fails=0`): a memory is one of each
 * gateway and runs out at another moment in each, and until then the requests of one session go to different servers. So every gateway chooses alike at every moment, at the price of
 * asking again: a fraction of a millisecond where a connection is refused, which is what a Service without a pod does, and {@link FAILOVER_CONNECT_SECONDS} where nobody answers.
 *
 * nginx's hash looks at 20 places and then takes any server by turns. Where most servers may be absent, as with an autoscaler that is down to its minimum, that would happen to every tenth
 * client. So the order consists of groups: all servers, then half of them, and so on down to those that are always there; a StatefulSet removes its last pods first. Of each group three
 * servers are tried, far fewer than 20 places.
 */
export function byHash(key: string, servers: readonly Server[], alwaysThere: number): Failover {
  const sizes = groupSizes(servers.length, alwaysThere);
  const groups = sizes.map((size, index) => ({
    size,
    name: index === 0 ? UPSTREAM : `${UPSTREAM}_first_${size}`,
    isLast: index === sizes.length - 1,
  }));
  const passingOf = (at: number, name: string, timeouts: { sendSeconds: number; readSeconds: number }): Passing => {
    const group = groups[at] as (typeof groups)[number];
    return {
      ...timeouts,
      connectSeconds: FAILOVER_CONNECT_SECONDS,
      failover: retries(Math.min(group.size, group.isLast ? LAST_TRIES : TRIES)),
      errorPages: group.isLast ? [] : [`error_page 502 504 = ${locationName(name, groups[at + 1]?.size)}`],
    };
  };
  return {
    ...(groups.length > 1 ? uploads() : { variables: [], limits: [] }),
    upstreams: groups.map(({ size, name }) =>
      upstream(servers.slice(0, size), {
        name,
        balance: [`hash ${key} consistent`],
        memory: 'max_fails=0',
      }),
    ),
    passing: (name, timeouts) => passingOf(0, name, timeouts),
    next: (name, streams, timeouts) =>
      groups
        .slice(1)
        .map((group, index) =>
          nextGroupLocation(locationName(name, group.size), group.name, streams, passingOf(index + 1, name, timeouts)),
        ),
  };
}

/**
 * Gives each request to the next server. What is known of one that failed is shared by all workers, and forgotten soon.
 *
 * A single one is a Service, behind which every new connection may get to another pod: it is tried again like another, for which nginx has to be told of it as often, and nothing is
 * remembered of what was one of its pods.
 */
export function byTurns(servers: readonly Server[]): Failover {
  const [only, ...others] = servers;
  const single = only !== undefined && others.length === 0;
  return {
    variables: [],
    limits: [],
    upstreams: [
      single
        ? upstream(Array<Server>(LAST_TRIES).fill(only), { memory: 'max_fails=0' })
        : upstream(servers, { balance: ['zone app 256k'], memory: `max_fails=1 fail_timeout=${MEMORY_SECONDS}s` }),
    ],
    passing: (_name, timeouts) => ({
      ...timeouts,
      connectSeconds: FAILOVER_CONNECT_SECONDS,
      failover: retries(single ? LAST_TRIES : Math.min(servers.length, LAST_TRIES)),
    }),
    next: () => [],
  };
}

/** How many large bodies are on their way at once, through all workers. */
export const UPLOADS = 16;

/**
 * nginx can hand a request with a body to another group of servers only when it has the whole body: it reads it first, small ones in memory, large ones into a file. So many of those and no
 * more, because each is a file of up to `maxBodySize` for as long as its client likes.
 */
function uploads(): Pick<Failover, 'variables' | 'limits'> {
  return {
    variables: [
      block('map $http_transfer_encoding$content_length $upload', ["default ''", '"~[^0-9]|^[0-9]{6,}" yes']),
      'limit_conn_zone $upload zone=uploads:64k',
    ],
    limits: [
      'proxy_request_buffering on',
      'client_body_buffer_size 100k',
      `limit_conn uploads ${UPLOADS}`,
      `limit_conn_status ${REFUSAL}`,
      'limit_conn_log_level warn',
    ],
  };
}

/** All, half of them, and so on, down to those that are always there. */
export function groupSizes(all: number, alwaysThere: number): number[] {
  const sizes = [all];
  for (let size = all; size > alwaysThere; ) {
    size = Math.max(alwaysThere, Math.ceil(size / 2));
    sizes.push(size);
  }
  return sizes;
}

/**
 * Another server is tried when a connection cannot be made, or breaks before an answer. A POST that was sent is never repeated (nginx would need `non_idempotent`): its messages may have
 * been delivered.
 */
function retries(tries: number): Statement[] {
  return [
    'proxy_next_upstream error timeout',
    `proxy_next_upstream_tries ${tries}`,
    `proxy_next_upstream_timeout ${FAILOVER_SECONDS}s`,
  ];
}

function locationName(name: string, size: number | undefined): string {
  return `@${name}_first_${size}`;
}
