import { METRICS } from '../../lib/server';

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
});

it('keeps the ages at which something on the way cuts in buckets of their own', () => {
  const bounds: readonly number[] = METRICS.connectionDuration.buckets;
  const bucketOf = (age: number) => bounds.findIndex((bound) => age <= bound);
  const ages = [30, 45, 50, 60, 80, 100, 120, 3600];
  expect(new Set(ages.map(bucketOf)).size).toBe(ages.length);
  // A server hears of a connection a little after the balancer, and of its end a little after that.
  for (const age of ages) expect(bucketOf(age - 1)).toBe(bucketOf(age + 2));
});
