import { Duration } from 'cdk8s';
import { BALANCERS, type BalancerKind, behindBalancer, deriveTiming } from '../../lib/timing';
import { messageOf } from '../problems';

const seconds = (n: number) => Duration.seconds(n);

describe('behind a balancer', () => {
  const timing = deriveTiming({ pingInterval: seconds(25), pingTimeout: seconds(25) });

  test.each<[BalancerKind, 'lifetime' | 'idle', number]>([
    ['gce', 'lifetime', 86_400],
    ['gke-l7-gxlb', 'lifetime', 86_400],
    ['gce-internal', 'idle', 80],
    ['gke-l7-global-external-managed', 'idle', 80],
    ['gke-l7-regional-external-managed', 'idle', 80],
    ['gke-l7-rilb', 'idle', 80],
    ['nginx', 'idle', 80],
    ['ingress-nginx', 'idle', 80],
    ['aws-alb', 'idle', 80],
    ['haproxy', 'idle', 80],
  ])('the timeout of %s is a %s', (kind, meaning, timeoutSeconds) => {
    expect(behindBalancer(timing, kind)).toMatchObject({ meaning, timeoutSeconds });
  });

  test('every kind is covered by the table above, and each limit names its source', () => {
    expect(Object.keys(BALANCERS)).toHaveLength(10);
    for (const limits of Object.values(BALANCERS)) {
      for (const knob of [limits.timeout, limits.drain, limits.affinityTtl]) {
        if (knob !== undefined) expect(knob.source).toMatch(/^https:\/\//);
      }
    }
  });

  test('fails where a lifetime of 80 s would cut every connection, and explains what the field means there', () => {
    const short = deriveTiming({ maxConnectionLifetime: seconds(80) });
    expect(messageOf(() => behindBalancer(short, 'gce'))).toBe(
      'maxConnectionLifetime: 80 s would cut every connection every 80 s: on the classic Application Load Balancer (Ingress class gce) ' +
        'BackendConfig spec.timeoutSec is how long a connection may live, idle or active, and pings do not help; set it to at least 3600 s',
    );
    expect(behindBalancer(short, 'aws-alb').timeoutSeconds).toBe(75);
    const hour = deriveTiming({ maxConnectionLifetime: seconds(3600) });
    expect(behindBalancer(hour, 'gce').timeoutSeconds).toBe(3600);
  });

  test('fails where the balancer keeps no connection for so long', () => {
    const long = deriveTiming({ maxConnectionLifetime: Duration.days(2) });
    expect(messageOf(() => behindBalancer(long, 'gce'))).toBe(
      'maxConnectionLifetime: 172800 s cannot be kept by the classic Application Load Balancer (Ingress class gce), which closes every connection after 86400 s at the latest; set it to at most 86400 s',
    );
    expect(() => behindBalancer(long, 'gke-l7-regional-external-managed')).not.toThrow();
  });

  test('fails once on a timing that was changed, whatever else that would break', () => {
    const changed = { ...timing, connectionDrainingSeconds: 'long' as unknown as number };
    expect(messageOf(() => behindBalancer(changed, 'gce'))).toBe(
      'connectionDrainingSeconds: "long" is no number of whole seconds; give what deriveTiming({…}) returned, unchanged',
    );
  });

  test('fails where an idle timeout is longer than the balancer accepts', () => {
    const slow = deriveTiming({ pingInterval: seconds(3600), pingTimeout: seconds(3600) });
    expect(messageOf(() => behindBalancer(slow, 'aws-alb'))).toBe(
      'idleTimeout: 7230 s is out of range for idle_timeout.timeout_seconds; give 1 s to 4000 s',
    );
  });
});
