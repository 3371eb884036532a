import { Duration } from 'cdk8s';
import { type GatewayConfProps, gatewayConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { bodyOf, valuesOf } from './support/parse';

const chat: GatewayConfProps = {
  timing: deriveTiming({ pingTimeout: Duration.seconds(25) }),
  servers: ['chat-0', 'chat-1'].map((host) => ({ host, port: 3001 })),
};
const upstream = (props: Partial<GatewayConfProps> = {}) =>
  bodyOf(gatewayConf({ ...chat, ...props }), 'http', 'upstream app');
const location = (path: string, props: Partial<GatewayConfProps> = {}) =>
  bodyOf(gatewayConf({ ...chat, ...props }), 'http', 'server', `location ${path}`);

describe('the gateway', () => {
  it('hashes the address of the client and not the one of the balancer', () => {
    expect(valuesOf(upstream({ addressesAppended: 2 }), 'hash')).toEqual(['$client_address consistent']);
    expect(valuesOf(upstream(), 'hash')).toEqual(['$remote_addr consistent']);
    expect(valuesOf(upstream({ affinity: 'none' }), 'hash')).toEqual([]);
    expect(gatewayConf(chat)).not.toContain('ip_hash');
  });

  it('names the balancing method before the pool, as nginx demands', () => {
    expect(upstream().map(({ words }) => words[0])).toEqual([
      'hash',
      'server',
      'server',
      'keepalive',
      'keepalive_timeout',
    ]);
    expect(valuesOf(upstream(), 'keepalive')).toEqual(['64']);
    expect(valuesOf(upstream(), 'server')).toEqual(['chat-0:3001 max_fails=0', 'chat-1:3001 max_fails=0']);
  });

  it('has the documented timeouts: 300 and the idle timeout for Socket.IO, 60 and 60 for the API; and goes on to the next server when a lost packet would have come again', () => {
    const timeouts = (path: string) =>
      ['connect', 'send', 'read'].flatMap((kind) => valuesOf(location(path), `proxy_${kind}_timeout`));
    expect(timeouts('/socket.io/')).toEqual(['1500ms', '300s', '80s']);
    expect(timeouts('/api/')).toEqual(['1500ms', '60s', '60s']);
    const http = bodyOf(gatewayConf(chat), 'http');
    expect(valuesOf(http, 'client_header_timeout')).toEqual(['60s']);
    expect(valuesOf(http, 'client_body_timeout')).toEqual(['60s']);
  });

  it('tries another server only when a connection fails, never after a wait for an answer and never twice with a message', () => {
    expect(valuesOf(location('/socket.io/'), 'proxy_next_upstream')).toEqual(['error timeout']);
    const giveUp = valuesOf(location('/socket.io/'), 'proxy_next_upstream_timeout');
    expect(giveUp).toEqual(['10s']);
    // Before any wait for an answer ends.
    expect(Number.parseInt(giveUp[0] as string, 10)).toBeLessThan(chat.timing.idleTimeoutSeconds);
  });

  it('passes the addresses on as they came, so that it changes nothing for who counts them behind it', () => {
    const headers = (addressesAppended: number) =>
      valuesOf(bodyOf(gatewayConf({ ...chat, addressesAppended }), 'http', 'server'), 'proxy_set_header');
    expect(headers(2)).toEqual(
      expect.arrayContaining(['X-Forwarded-For $http_x_forwarded_for', 'X-Real-IP $client_address']),
    );
    expect(headers(0)).toEqual(expect.arrayContaining(['X-Forwarded-For $remote_addr', 'X-Real-IP $remote_addr']));
  });

  it('answers for its own health', () => {
    expect(valuesOf(location('= /health'), 'return')).toEqual(['200 healthy\\n']);
    expect(valuesOf(location('= /health'), 'proxy_pass')).toEqual([]);
    expect(valuesOf(location('= /ready'), 'return')).toEqual(['200 ready\\n']);
  });

  it('passes paths on as they are', () => {
    expect(valuesOf(location('/chat/', { socketIoPath: '/chat/' }), 'proxy_pass')).toEqual(['http://app']);
    expect(valuesOf(location('/v1/', { apiPath: '/v1/' }), 'proxy_pass')).toEqual(['http://app']);
  });
});
