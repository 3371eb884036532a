import type { BaseName, Copy } from './bases';
import { casesOf, expectFound, type Fault } from './faults';

const google: Fault['on'] = ({ cloud }) => cloud === 'google';
const foreign: Fault['on'] = ({ own }) => !own;
const PRE_STOP = ['lifecycle', 'preStop', 'exec', 'command'];
const shell = (script: string) => ['sh', '-c', script];
const metric = (name: string) => ({ type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization: 80 } } });
const scaled = (copy: Copy, spec: object) => {
  if (copy.manifests.some(({ kind }) => kind === 'HorizontalPodAutoscaler')) copy.remove('HorizontalPodAutoscaler');
  const { kind, metadata } = copy.workload;
  const trigger = { type: 'prometheus', metadata: { query: 'sum(ws_connections)', threshold: '500' } };
  copy.add({ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', spec: { scaleTargetRef: { kind, name: metadata.name }, triggers: [trigger], ...spec } }, 'scaled');
};
const withScaler = (copy: Copy, spec: object) => {
  if (copy.manifests.some(({ kind }) => kind === 'HorizontalPodAutoscaler')) copy.remove('HorizontalPodAutoscaler');
  const { kind, metadata } = copy.workload;
  copy.add(
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', spec: { scaleTargetRef: { kind, name: metadata.name }, minReplicas: 2, maxReplicas: 10, behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 180 }] } }, metrics: [metric('cpu')], ...spec } },
    'scaled',
  );
};
const HPA = 'HorizontalPodAutoscaler';

/** What the pods are told, who scales them, and who may reach them. */
const FAULTS: readonly Fault[] = [
  { wrong: 'preStop kills by a name', plant: (c) => c.inContainer('app', PRE_STOP, shell('sleep 30; pkill node')), code: 'WS303', kind: 'workload', cause: /signals its own process/ },
  { wrong: 'preStop kills process 1', plant: (c) => c.inContainer('app', PRE_STOP, shell('sleep 30; kill -TERM 1')), code: 'WS303', kind: 'workload', cause: /signals its own process/ },
  { wrong: 'preStop kills everything of a name', plant: (c) => c.inContainer('app', PRE_STOP, shell('sleep 30 && killall node')), code: 'WS303', kind: 'workload', cause: /signals its own process/ },
  { wrong: 'there is no preStop', plant: (c) => c.inContainer('app', ['lifecycle'], undefined), code: ({ own }) => (own ? 'WS106' : 'WS107'), kind: 'workload', cause: /has no preStop hook/ },
  { wrong: 'preStop waits for a second', plant: (c) => c.inContainer('app', PRE_STOP, ['sleep', '1']), code: ({ own }) => (own ? 'WS106' : 'WS107'), kind: 'workload', cause: /waits 1 s/ },
  { wrong: 'liveness asks Redis by its client', plant: (c) => c.inContainer('app', ['livenessProbe'], { exec: { command: ['redis-cli', '-h', 'redis', 'ping'] }, periodSeconds: 10, failureThreshold: 3 }), code: 'WS305', kind: 'workload', cause: /redis-cli/ },
  { wrong: 'liveness asks Postgres by its client', plant: (c) => c.inContainer('app', ['livenessProbe'], { exec: { command: shell('pg_isready -h db') }, periodSeconds: 10, failureThreshold: 3 }), code: 'WS305', kind: 'workload', cause: /pg_isready/ },
  { wrong: 'liveness asks a database', plant: (c) => c.inContainer('app', ['livenessProbe', 'httpGet', 'path'], '/health/database'), code: 'WS305', kind: 'workload', cause: /health\/database/ },
  { wrong: 'liveness opens sessions', plant: (c) => c.inContainer('app', ['livenessProbe', 'httpGet', 'path'], '/socket.io/?EIO=4&transport=polling'), code: 'WS304', kind: 'workload', cause: /livenessProbe .*socket\.io/ },
  { wrong: 'liveness gives up before readiness does', plant: (c) => { c.inContainer('app', ['livenessProbe', 'periodSeconds'], 1); c.inContainer('app', ['livenessProbe', 'failureThreshold'], 1); }, code: 'WS123', kind: 'workload', cause: /livenessProbe|gives up|1 s/ },
  { wrong: 'nobody says when the pod is ready', plant: (c) => { c.inContainer('app', ['readinessProbe'], undefined); c.inContainer('nginx', ['readinessProbe'], undefined); }, code: 'WS306', kind: 'workload', cause: /no container has one/ },
  { wrong: 'the grace period is twenty seconds', plant: (c) => c.inPod(['terminationGracePeriodSeconds'], 20), code: 'WS105', kind: 'workload', cause: /20 s/ },
  { wrong: 'the grace period is longer than the autoscaler keeps', plant: (c) => c.inPod(['terminationGracePeriodSeconds'], 700), code: 'WS127', kind: 'workload', cause: /700 s/ },
  { wrong: 'the grace period is a text', plant: (c) => c.inPod(['terminationGracePeriodSeconds'], '120'), code: 'WS267', kind: 'workload', cause: /terminationGracePeriodSeconds: the text "120"/ },
  { wrong: 'the period of a probe has a unit', plant: (c) => c.inContainer('app', ['livenessProbe', 'periodSeconds'], '10s'), code: 'WS267', kind: 'workload', cause: /periodSeconds: the text "10s"/ },
  { wrong: 'the port of the container is a text', plant: (c) => c.inContainer('app', ['ports', 0, 'containerPort'], '3000'), code: 'WS267', kind: 'workload', cause: /containerPort: the text "3000"/ },
  { wrong: 'the image moves', plant: (c) => c.inContainer('app', ['image'], 'registry.example.com/shop/chat:latest'), code: 'WS315', kind: 'workload', cause: /chat:latest/ },
  { wrong: 'the image has no tag', plant: (c) => c.inContainer('app', ['image'], 'registry.example.com/shop/chat'), code: 'WS315', kind: 'workload', cause: /shop\/chat"/ },
  { wrong: 'the pods run on nodes that are taken back', plant: (c) => c.inPod(['nodeSelector'], { 'cloud.google.com/gke-spot': 'true' }), code: 'WS129', kind: 'workload', cause: /gke-spot/ },
  { wrong: 'there is no disruption budget', plant: (c) => c.remove('PodDisruptionBudget'), code: 'WS308', kind: 'workload', cause: /no PodDisruptionBudget/ },
  { wrong: 'the budget lets nobody go', plant: (c) => c.set(c.of('PodDisruptionBudget'), ['spec'], { ...(c.of('PodDisruptionBudget').spec as object), maxUnavailable: 0 }), code: 'WS309', kind: 'PodDisruptionBudget', cause: /maxUnavailable 0/ },
  { wrong: 'the budget keeps everybody', plant: (c) => { const budget = c.of('PodDisruptionBudget'); const { maxUnavailable: _one, ...spec } = budget.spec as Record<string, unknown>; c.set(budget, ['spec'], { ...spec, minAvailable: '100%' }); }, code: 'WS309', kind: 'PodDisruptionBudget', cause: /minAvailable 100%/ },
  { wrong: 'all pods are replaced at once', plant: (c) => c.set(c.workload, ['spec', 'strategy'], { type: 'Recreate' }), code: 'WS324', kind: 'workload', cause: /Recreate with 2 pods/, on: foreign },
  { wrong: 'Recreate has the settings of another strategy', plant: (c) => c.set(c.workload, ['spec', 'strategy', 'type'], 'Recreate'), code: 'WS314', kind: 'workload', cause: /rollingUpdate next to Recreate/, on: foreign },
  { wrong: 'half of the pods go in a rollout', plant: (c) => c.set(c.workload, ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], '50%'), code: 'WS307', kind: 'workload', cause: /50%: 5 of 10/, on: foreign },
  { wrong: 'a pod goes before its successor is there', plant: (c) => c.set(c.workload, ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], 1), code: 'WS307', kind: 'workload', cause: /1: 1 of 2/, on: foreign },
  { wrong: 'pods are added for CPU alone', plant: (c) => withScaler(c, {}), code: 'WS312', kind: HPA, cause: /processor time alone/ },
  { wrong: 'pods are added for CPU and memory alone', plant: (c) => withScaler(c, { metrics: [metric('cpu'), metric('memory')] }), code: 'WS312', kind: HPA, cause: /processor time and memory alone/ },
  { wrong: 'all pods go at once when load drops', plant: (c) => withScaler(c, { behavior: { scaleDown: { policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] } } }), code: 'WS311', kind: HPA, cause: /100 per cent at once/ },
  { wrong: 'nothing says how fast pods go', plant: (c) => withScaler(c, { behavior: {} }), code: 'WS311', kind: HPA, cause: /not written, so all at once/ },
  { wrong: 'the autoscaler keeps one pod', plant: (c) => withScaler(c, { minReplicas: 1 }), code: 'WS325', kind: HPA, cause: /minReplicas: 1/ },
  { wrong: 'KEDA keeps no pod', plant: (c) => scaled(c, { minReplicaCount: 0 }), code: 'WS325', kind: 'ScaledObject', cause: /minReplicaCount: 0/ },
  { wrong: 'KEDA keeps no pod, because nothing is written', plant: (c) => scaled(c, {}), code: 'WS325', kind: 'ScaledObject', cause: /not written, so 0/ },
  { wrong: 'the least number of pods is a text', plant: (c) => withScaler(c, { minReplicas: '2' }), code: 'WS267', kind: HPA, cause: /the text "2"/ },
  { wrong: 'replicas stand next to an autoscaler', plant: (c) => { withScaler(c, {}); if (!c.base.own) c.set(c.workload, ['spec', 'replicas'], 5); }, code: 'WS310', kind: 'workload', cause: /next to HorizontalPodAutoscaler/ },
  { wrong: 'two autoscalers scale the same pods', plant: (c) => { scaled(c, { minReplicaCount: 2 }); const { kind, metadata } = c.workload; c.add({ apiVersion: 'autoscaling/v2', kind: HPA, spec: { scaleTargetRef: { kind, name: metadata.name }, minReplicas: 2 } }, 'second'); }, code: 'WS310', kind: 'ScaledObject', cause: /scale the same/ },
  { wrong: 'pods are added after nginx is full', plant: (c) => withScaler(c, { metrics: [{ type: 'Pods', pods: { metric: { name: 'ws_connections' }, target: { type: 'AverageValue', averageValue: '100000' } } }] }), code: 'WS322', kind: HPA, cause: /100000 connections/ },
  { wrong: 'the network policy opens another port', plant: (c) => c.set(c.of('NetworkPolicy'), ['spec', 'ingress', 0, 'ports'], [{ port: 3000, protocol: 'TCP' }]), code: 'WS319', kind: 'NetworkPolicy', cause: /on port 8080/, on: google },
  { wrong: 'the network policy excludes Google', plant: (c) => c.set(c.of('NetworkPolicy'), ['spec', 'ingress', 0, 'from'], [{ ipBlock: { cidr: '0.0.0.0/0', except: ['35.191.0.0/16'] } }]), code: 'WS319', kind: 'NetworkPolicy', cause: /does not admit 35\.191\.0\.0\/16/, on: google },
  { wrong: 'the network policy does not know Google', plant: (c) => c.set(c.of('NetworkPolicy'), ['spec', 'ingress', 0, 'from'], [{ ipBlock: { cidr: '10.0.0.0/8' } }]), code: 'WS319', kind: 'NetworkPolicy', cause: /130\.211\.0\.0\/22 and 35\.191/, on: google },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));
