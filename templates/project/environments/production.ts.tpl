import { Duration } from 'cdk8s';
import type { Environment } from 'holdfast/environments';

export const production: Environment = {
  name: 'production',
  namespace: '{{name}}',
  // What the application pings with; every timeout, drain and grace period follows from it.
  timing: { pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) },
  server: {
    name: '{{name}}',
    image: '{{image}}',
    port: {{port}},
    replicas: 3,
    // How a message finds clients on another pod: a Secret with the URL of a Redis in the same namespace.
    adapter: { kind: 'redis-streams', url: { secretName: '{{name}}-redis', key: 'url' } },
  },
  edge: { host: '{{host}}' },
};
