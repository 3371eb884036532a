import type { ObservationKind } from './observation';

function inside(id: string, title: string, probe: string, from: ObservationKind['from'] = 'cluster'): ObservationKind {
  return { id, phase: 'inside', title, probe, from };
}

/**
 * What only a look inside shows. From outside none of it is looked at; it is named here so that a report can say what would tell two
 * causes apart.
 */
export const INSIDE: readonly ObservationKind[] = [
  inside('endpoints-missing', 'the Service has ready endpoints', 'endpoints'),
  inside('unhealthy-for-balancer', 'pods that are ready are healthy for the balancer', 'backend health', 'balancer'),
  inside('health-path-answers-404', 'the path of the health check exists in the pod', 'pod health'),
  inside('health-names-dependency', 'the health check speaks of this process only', 'pod health'),
  inside('pod-address-times-out', 'the pod’s address lets the balancer in', 'pod proxy'),
  inside('pod-address-refuses', 'the server listens on the pod’s address', 'pod proxy'),
  inside('code-1-counted', 'the servers count no unknown sessions', 'metrics', 'metrics'),
  inside('endpoints-are-nodes', 'the balancer’s endpoints are pods', 'backend health', 'balancer'),
  inside('desired-not-actual', 'the balancer has the settings that the objects ask for', 'backend service', 'balancer'),
  inside('ingress-without-controller', 'a controller has taken the Ingress', 'ingress'),
  inside('out-of-memory', 'no container was killed for its memory', 'last states'),
  inside('killed-at-grace', 'no container outlived its grace period', 'last states'),
  inside('liveness-killed', 'no container was killed by its liveness probe', 'events'),
  inside('stopped-before-detached', 'a pod serves until the balancer has let go of it', 'events'),
  inside('cut-at-draining', 'connections of a pod that leaves end when the pod ends them', 'events', 'balancer'),
  inside('pod-moved', 'nobody moved or removed a pod', 'events'),
  inside('drain-flag', 'no pod that stays is draining', 'pod proxy'),
  inside('nginx-reloaded', 'no proxy was reloaded', 'logs'),
  inside('restarted', 'no container was restarted', 'last states'),
  inside('running-not-declared', 'what runs is what the ConfigMap says', 'configuration'),
  inside('throttled', 'no container is kept from its processor', 'metrics', 'metrics'),
  inside('pods-deaf', 'a message of one pod reaches clients of the others', 'echo'),
  inside('state-lost', 'a client that comes back finds its session on any pod', 'recovery'),
  inside('keep-alive-race', 'no request meets a connection that is just being closed', 'balancer log', 'balancer'),
  inside('same-address-one-pod', 'clients behind one address are spread over the pods', 'metrics', 'metrics'),
];
