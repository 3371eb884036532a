import * as fixed from '../../lib/timing/fixed';

describe('a number that everybody reads breaks here first', () => {
  test('a client that is turned away asks again soon, but after a balancer can have heard', () => {
    // A full pod that sheds, or one that drains: at 1 s the crowd is back before an endpoint is gone, at 10 s and more people reload the page by hand.
    expect(fixed.RETRY_AFTER_SECONDS).toBeGreaterThanOrEqual(2);
    expect(fixed.RETRY_AFTER_SECONDS).toBeLessThan(10);
    // Socket.IO's own clients wait 5 s at the longest between two attempts (`reconnectionDelayMax`); a longer answer would be a longer outage than none.
    expect(fixed.RETRY_AFTER_SECONDS).toBeLessThanOrEqual(5);
  });

  test('a proxy lets go of an idle connection before Node does, which keeps it for 5 s', () => {
    expect(fixed.UPSTREAM_IDLE_SECONDS).toBeLessThan(5);
  });

  test('a proxy gives up after it has tried, and before anybody who waits for an answer does', () => {
    expect(fixed.FAILOVER_SECONDS).toBeGreaterThan(5 * fixed.FAILOVER_CONNECT_SECONDS);
    expect(fixed.FAILOVER_SECONDS).toBeLessThan(
      fixed.SOCKET_IO_HEARTBEAT.pingIntervalSeconds + fixed.SOCKET_IO_HEARTBEAT.pingTimeoutSeconds,
    );
    expect(fixed.FAILOVER_CONNECT_SECONDS).toBeLessThan(fixed.CONNECT_SECONDS);
    // The first packet is sent again after 1 s.
    expect(fixed.FAILOVER_CONNECT_SECONDS).toBeGreaterThan(1.2);
  });

  test('what is proposed is more than the least', () => {
    for (const { least, proposed } of [fixed.PRE_STOP_SECONDS, fixed.GOOGLE_PRE_STOP_SECONDS])
      expect(proposed).toBeGreaterThan(least);
    expect(fixed.RECOMMENDED_MARGIN_SECONDS).toBeGreaterThan(fixed.LEAST_MARGIN_SECONDS);
    expect(fixed.LONGEST_AFFINITY_SECONDS).toBeGreaterThan(fixed.SHORTEST_AFFINITY_SECONDS);
  });

  test('a backend keeps connections for longer than the balancer and than nginx by itself', () => {
    expect(fixed.KEEP_ALIVE_SECONDS).toBeGreaterThan(600);
    expect(fixed.NGINX_KEEP_ALIVE_SECONDS).toBe(75);
  });
});
