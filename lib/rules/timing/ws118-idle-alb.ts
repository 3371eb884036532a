import { idleRule } from '../patterns/idle-rule';

export const ws118 = idleRule({
  code: 'WS118',
  level: 'error',
  title: 'the AWS balancer waits longer than the longest silence of a healthy connection',
  story:
    'Connections of people who only read are cut after a minute. A server that pings every 60 s races the default and loses most of the time.',
  why: 'idle_timeout.timeout_seconds closes what was silent for that long, 60 s by default; a healthy connection can be silent for pingInterval + pingTimeout.',
  fix: 'Set idle_timeout.timeout_seconds to pingInterval + pingTimeout + margin.',
  source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html',
  judges: (kind) => kind === 'aws-alb',
});
