import type { Manifest } from '../../../lib/manifest';
import { before, event, type Objects, pod } from './healthy-objects';
import type { Behaviour } from './memory-cluster';

type Deep = Record<string, never>;

export interface Fault {
  readonly name: string;
  readonly cause: string;
  readonly said: RegExp;
  readonly change: (objects: Objects) => void;
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
}

export const ALL = (behaviour: Behaviour) => ({ 'chat-0': behaviour, 'chat-1': behaviour, 'chat-2': behaviour });
export const PODS = ['chat-0', 'chat-1', 'chat-2'];

/** The field of an object at a path, to be changed. */
export function at(object: Manifest | undefined, ...path: (string | number)[]): Record<string, unknown> {
  return path.reduce<Deep>((here, part) => here[part as string] as never, object as never) as never;
}

export function unready(objects: Objects, names: readonly string[] = PODS): void {
  for (const name of names) objects[name] = pod(name, { ready: false });
  at(objects.slice).endpoints = names.map((name) => ({
    addresses: ['10.0.0.1'],
    conditions: { ready: false },
    targetRef: { name },
  }));
}

const died = (reason: string, exitCode: number, seconds = 120) => ({
  status: {
    containerStatuses: [
      {
        name: 'chat',
        ready: true,
        restartCount: 2,
        state: { running: {} },
        lastState: { terminated: { reason, exitCode, startedAt: before(2900), finishedAt: before(seconds) } },
      },
    ],
  },
});

export const FAULTS: readonly Fault[] = [
  {
    name: 'the selector of the Service was mistyped',
    cause: 'WS553',
    said: /app=chatt selects no pod; those of StatefulSet chat carry app=chat/,
    change: (objects) => {
      at(objects.service, 'spec').selector = { app: 'chatt' };
      at(objects.slice).endpoints = [];
    },
  },
  {
    name: 'no pod is ready',
    cause: 'WS516',
    said: /0 of 3 endpoints of Service chat are ready/,
    change: unready,
  },
  {
    name: 'the readiness probe asks a path that is not there',
    cause: 'WS555',
    said: /statuscode: 404/,
    change: (objects) => {
      unready(objects);
      objects.event = event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 404', {
        kind: 'Pod',
        name: 'chat-0',
      });
    },
  },
  {
    name: 'the readiness probe asks a port that is not there',
    cause: 'WS555',
    said: /readinessProbe of container chat asks port 8080; the containers have 3000/,
    change: (objects) => {
      unready(objects);
      at(objects.workload, 'spec', 'template', 'spec', 'containers', 0, 'readinessProbe', 'httpGet').port = 8080;
      objects.event = event(
        'Unhealthy',
        'Readiness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused',
        { kind: 'Pod', name: 'chat-0' },
      );
    },
  },
  {
    name: 'the target port is another one',
    cause: 'WS554',
    said: /targetPort 8080; the containers have 3000/,
    change: (objects) => {
      at(objects.service, 'spec', 'ports', 0).targetPort = 8080;
    },
  },
  {
    name: 'the target port has a name that no container has',
    cause: 'WS554',
    said: /targetPort web is the name of no port/,
    change: (objects) => {
      at(objects.service, 'spec', 'ports', 0).targetPort = 'web';
      at(objects.slice).endpoints = [];
    },
  },
  {
    name: 'the server listens on 127.0.0.1',
    cause: 'WS515',
    said: /refuses at its address, and answers inside the pod/,
    change: () => {},
    behaviours: ALL({ address: 'refused' }),
  },
  {
    name: 'a NetworkPolicy keeps everybody out',
    cause: 'WS514',
    said: /does not answer at its address, and answers inside the pod/,
    change: () => {},
    behaviours: ALL({ address: 'timeout' }),
  },
  {
    name: 'a container was killed for its memory',
    cause: 'WS524',
    said: /container chat of chat-1: OOMKilled, exit code 137, 2 min ago; 2 restarts/,
    change: (objects) => {
      objects['chat-1'] = pod('chat-1', died('OOMKilled', 137));
    },
  },
  {
    name: 'a liveness probe kills a busy process',
    cause: 'WS526',
    said: /Container chat failed liveness probe, will be restarted/,
    change: (objects) => {
      objects['chat-1'] = pod('chat-1', died('Error', 137));
      objects.killing = event(
        'Killing',
        'Container chat failed liveness probe, will be restarted',
        { kind: 'Pod', name: 'chat-1' },
        150,
      );
      objects.unhealthy = event(
        'Unhealthy',
        'Liveness probe failed: Get "http://10.0.0.1:3000/health": context deadline exceeded',
        { kind: 'Pod', name: 'chat-1' },
        155,
      );
    },
  },
  {
    name: 'a pod outlives its grace period',
    cause: 'WS525',
    said: /chat-2 was gone 60 s after it was told to end, and 60 s is its grace period/,
    change: (objects) => {
      objects['chat-2'] = pod('chat-2', { metadata: { uid: 'uid-new', creationTimestamp: before(540) } });
      objects.killing = event(
        'Killing',
        'Stopping container chat',
        { kind: 'Pod', name: 'chat-2', uid: 'uid-old' },
        600,
      );
    },
  },
  {
    name: 'a drain flag stayed',
    cause: 'WS532',
    said: /chat-1:3000 chat turns new clients away \(503\) and lets sessions pass/,
    change: (objects) => {
      objects['chat-1'] = pod('chat-1', { ready: false });
    },
    behaviours: { 'chat-1': { answers: 'drained' } },
  },
  {
    name: 'the configuration was changed and nobody rolled',
    cause: 'WS544',
    said: /ConfigMap chat-conf changed 10 min ago; 3 of 3 pods started before/,
    change: (objects) => {
      at(objects.conf, 'metadata').managedFields = [{ manager: 'kubectl', time: before(600) }];
    },
  },
  {
    name: 'our own pods carry the hash of another configuration',
    cause: 'WS544',
    said: /3 of 3 pods run another configuration than ConfigMap chat-conf holds \(hash 0123456789abcdef/,
    change: (objects) => {
      // Pods that start after a change read it, whatever hash their template carries.
      at(objects.conf, 'metadata').managedFields = [{ manager: 'kubectl', time: before(600) }];
      for (const name of PODS)
        objects[name] = pod(name, { metadata: { annotations: { 'holdfast/config-hash': '0123456789abcdef' } } });
    },
  },
  {
    name: 'somebody scaled down',
    cause: 'WS540',
    said: /delete Pod chat-3 in StatefulSet chat successful/,
    change: (objects) => {
      objects.scaled = event('SuccessfulDelete', 'delete Pod chat-3 in StatefulSet chat successful', {
        kind: 'StatefulSet',
        name: 'chat',
      });
    },
  },
  {
    name: 'a pod was evicted',
    cause: 'WS540',
    said: /chat-0: Evicted/,
    change: (objects) => {
      objects.evicted = event('Evicted', 'The node was low on resource: memory.', { kind: 'Pod', name: 'chat-0' });
    },
  },
  {
    name: 'an image cannot be pulled',
    cause: 'WS556',
    said: /container chat: ImagePullBackOff/,
    change: (objects) => {
      unready(objects);
      for (const name of PODS)
        objects[name] = pod(name, {
          ready: false,
          status: {
            containerStatuses: [
              {
                name: 'chat',
                ready: false,
                restartCount: 0,
                state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } },
              },
            ],
          },
        });
    },
  },
  {
    name: 'a BackendConfig that no Service names',
    cause: 'WS517',
    said: /BackendConfig chat is there, and no Service names it/,
    change: (objects) => {
      at(objects.service, 'metadata').annotations = {};
    },
  },
  {
    name: 'an Ingress that nobody took',
    cause: 'WS518',
    said: /Ingress chat has no address, 120 min after it was made/,
    change: (objects) => {
      at(objects.ingress).status = {};
    },
  },
  {
    name: 'one pod of three fails',
    cause: 'WS511',
    said: /chat-2:3000 chat of 3: 500/,
    change: () => {},
    behaviours: { 'chat-2': { answers: 'error' } },
  },
];
