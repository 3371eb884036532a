import { keepAliveRace } from '../balancer/closes';
import { checkKeptOut } from '../balancer/way';
import type { ObservationKind } from '../observation';
import { HOPS } from './hops';
import { inside } from './kind';
import { LIVES } from './lives';
import { OBJECTS } from './objects';
import { SETTINGS } from './settings';

/** What only a look inside shows. What is never read is named so that a report can say what would tell two causes apart. */
export const INSIDE: readonly ObservationKind[] = [
  ...OBJECTS,
  ...HOPS,
  ...LIVES,
  ...SETTINGS,
  inside('code-1-counted', 'the servers count no unknown sessions', 'metrics', undefined, 'metrics'),
  inside('stopped-before-detached', 'a pod serves until the balancer has let go of it', 'events'),
  inside(
    'cut-at-draining',
    'connections of a pod that leaves end when the pod ends them',
    'events',
    undefined,
    'balancer',
  ),
  inside('throttled', 'no container is kept from its processor', 'metrics', undefined, 'metrics'),
  inside('pods-deaf', 'a message of one pod reaches clients of the others', 'echo'),
  inside('state-lost', 'a client that comes back finds its session on any pod', 'recovery'),
  inside(
    'keep-alive-race',
    'no request meets a connection that is just being closed',
    'balancer log',
    (_live, view) => keepAliveRace(view),
    'balancer',
  ),
  inside(
    'health-check-kept-out',
    'what answers a health check inside answers the balancer’s too',
    'backend health',
    (_live, view) => checkKeptOut(view),
    'balancer',
  ),
  inside(
    'same-address-one-pod',
    'clients behind one address are spread over the pods',
    'metrics',
    undefined,
    'metrics',
  ),
];
