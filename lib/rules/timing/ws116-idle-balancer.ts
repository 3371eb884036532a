import { idleRule } from '../patterns/idle-rule';

export const ws116 = idleRule({
  code: 'WS116',
  level: 'error',
  title: 'the balancer waits longer than the longest silence of a healthy connection',
  story:
    'Quiet connections are cut between two pings. The busier the user, the better it works, so nobody can reproduce it.',
  why: 'Between two frames of a healthy connection lie up to pingInterval + pingTimeout; an idle timeout below that ends it. On Google’s Envoy-based balancers it is 30 s unless it is written.',
  fix: 'Set the idle timeout (timeoutSec on Google’s balancers) to pingInterval + pingTimeout + margin.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution',
  // Every balancer whose story is not told by a rule of its own.
  judges: (kind) => !['ingress-nginx', 'aws-alb', 'nginx'].includes(kind),
});
