import { METRICS } from '../../lib/server';
import { engineEnd, webSocketEnd } from '../../lib/server/connection-end';

const metrics = Object.values(METRICS);

it('has the names that documented dashboards, alerts and the autoscaler read', () => {
  expect(metrics.map(({ name }) => name)).toEqual([
    'ws_connections',
    'ws_connections_total',
    'socket_disconnect_total',
    'http_requests_total',
    'connection_duration_seconds',
    'message_replay_total',
    'socket_io_handshake_attempts_total',
    'socket_io_handshake_success_total',
    'socket_io_websocket_upgrades_total',
    'socket_io_http_400_errors_total',
    'socket_io_session_duration_seconds',
    'socket_recoveries_total',
    'socket_reconnect_duration_seconds',
    'heartbeat_latency_seconds',
    'event_loop_lag_seconds',
  ]);
});

it.each(metrics.map((metric) => [metric.name, metric] as const))('%s can be scraped and queried', (name, metric) => {
  expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  expect(metric.help).toMatch(/\.$/);
  for (const label of metric.labels) expect(label).toMatch(/^[a-z]+$/);
  // By these suffixes a reader knows what `rate()` and `histogram_quantile()` can be used on.
  expect(name.endsWith('_total')).toBe(metric.type === 'counter');
  expect(name.endsWith('_seconds')).toBe(metric.type === 'histogram');
  expect('buckets' in metric).toBe(metric.type === 'histogram');
  if ('buckets' in metric) {
    expect(metric.buckets.length).toBeGreaterThanOrEqual(9);
    expect([...metric.buckets].sort((a, b) => a - b)).toEqual(metric.buckets);
  }
});

it('keeps the ages at which something on the way cuts in buckets of their own', () => {
  const bounds: readonly number[] = METRICS.connectionDuration.buckets;
  const bucketOf = (age: number) => bounds.findIndex((bound) => age <= bound);
  const ages = [30, 45, 50, 60, 80, 100, 120, 3600];
  expect(new Set(ages.map(bucketOf)).size).toBe(ages.length);
  // A server hears of a connection a little after the balancer, and of its end a little after that.
  for (const age of ages) expect(bucketOf(age - 1)).toBe(bucketOf(age + 2));
});

it.each([
  ['of a `ws` server, 1000', webSocketEnd(1000, false), 'normal_closure'],
  ['of a `ws` server, 1001', webSocketEnd(1001, false), 'app_shutdown'],
  ['of a `ws` server, 1012', webSocketEnd(1012, false), 'app_shutdown'],
  ['of a `ws` server, 1006', webSocketEnd(1006, false), 'error'],
  ['of a `ws` server, given up', webSocketEnd(1006, true), 'timeout'],
  ['of Socket.IO, by its close()', engineEnd('websocket', 'server shutting down', 1005), 'app_shutdown'],
  ['of Socket.IO, by ours', engineEnd('polling', 'forced close', undefined), 'app_shutdown'],
  ['of Socket.IO, by the client', engineEnd('polling', 'transport close', undefined), 'normal_closure'],
  ['of Socket.IO, torn', engineEnd('websocket', 'transport close', 1006), 'error'],
])('an end %s, has a status that tells what it was', (_name, { status, clean }, expected) => {
  expect(status).toBe(expected);
  expect(clean).toBe(String(expected === 'normal_closure' || expected === 'app_shutdown'));
});
