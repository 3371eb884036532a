import { block, type Statement } from './statement';

/**
 * Who the client is and how it speaks, as seen through the proxies in front: `$client_address` and `$client_scheme`. At `http` level.
 *
 * The balancer ends TLS and speaks plain HTTP to the pod, so `$scheme` would always say http and the application would redirect to https
 * for ever. Only the two schemes there are get through.
 */
export function clientVariables(addressesAppended: number): Statement[] {
  if (addressesAppended === 0) return [];
  return [
    block('map $http_x_forwarded_proto $client_scheme', ['default $scheme', 'http http', 'https https']),
    // Empty for what came past the balancer, and for requests that nginx refuses before it looks at their headers.
    block('map $appended_client $client_address', ['default $appended_client', "'' $remote_addr"]),
  ];
}

/**
 * Reads the client's address out of `X-Forwarded-For`, without the port that some balancers add. At `server` level.
 *
 * Counted from the right, because only the right end was written by proxies that can be trusted. A `set` in an `if` and named captures
 * instead of a capture in a `map`: nginx before 1.30.4 corrupts memory when a map with captures is used in a string (CVE-2026-42533).
 * Every quantifier without a bound is possessive and every attempt starts at a comma, so that a long header made by an attacker costs one pass and not one
 * for each of its characters.
 *
 * @see https://nginx.org/en/security_advisories.html
 */
export function readClientAddress(addressesAppended: number): Statement[] {
  if (addressesAppended === 0) return [];
  const ipv4 = '(?<appended_ipv4>[0-9]{1,3}(?:[.][0-9]{1,3}){3})';
  // The one in brackets comes with a port, and an IPv4 address may stand in its end.
  const ipv6 = '\\[?(?<appended_ipv6>[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]++)\\]?';
  const following = addressesAppended > 1 ? `(?: *+, *+[^, ]++){${addressesAppended - 1}}` : '';
  return [
    "set $appended_client ''",
    block(`if ($http_x_forwarded_for ~ "(?:^|,) *+(?:${ipv4}|${ipv6})(?::[0-9]{1,5})?${following} *+$")`, [
      'set $appended_client $appended_ipv4$appended_ipv6',
    ]),
  ];
}

/** The names under which the rest of the configuration knows the client. */
export function clientNames(addressesAppended: number): { readonly address: string; readonly scheme: string } {
  return addressesAppended === 0
    ? { address: '$remote_addr', scheme: '$scheme' }
    : { address: '$client_address', scheme: '$client_scheme' };
}

/**
 * What the application is told about the client. nginx inherits these as a whole or not at all, so they stand in one place.
 *
 * The proxy in the pod adds its peer to `X-Forwarded-For`, as proxies do. A gateway does not: an application that is reached through it and past it, by the same balancer, counts
 * the same number of addresses either way.
 */
export function requestHeaders(addressesAppended: number, addsPeer: boolean): Statement[] {
  const { address, scheme } = clientNames(addressesAppended);
  const forwarded = addsPeer ? '$proxy_add_x_forwarded_for' : '$http_x_forwarded_for';
  return [
    'proxy_http_version 1.1',
    'proxy_set_header Upgrade $upgrade_to',
    'proxy_set_header Connection $connection_upgrade',
    // With the port, unlike $host: applications compare it with Origin, which has the port as well.
    'proxy_set_header Host $http_host',
    'proxy_set_header X-Forwarded-Host $http_host',
    `proxy_set_header X-Forwarded-Proto ${scheme}`,
    `proxy_set_header X-Forwarded-For ${addressesAppended === 0 ? '$remote_addr' : forwarded}`,
    `proxy_set_header X-Real-IP ${address}`,
  ];
}

/**
 * Passes an upgrade on when there is one. Without one the Connection header is left out, which keeps the connection to the application
 * open for the next request; nginx's own recipe sends "close". Nothing but WebSocket is let through: an upgrade to HTTP/2 would carry
 * requests past every rule here.
 *
 * @see https://nginx.org/en/docs/http/websocket.html
 */
export function upgradeVariables(): Statement[] {
  return [
    block('map $http_upgrade $upgrade_to', ["default ''", 'websocket websocket']),
    block('map $upgrade_to $connection_upgrade', ["default ''", 'websocket upgrade']),
  ];
}
