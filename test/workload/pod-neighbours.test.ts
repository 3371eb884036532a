import { App, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { deriveTiming } from '../../lib/timing';
import type { WebSocketServerProps } from '../../lib/workload';
import { only, type Yaml } from '../ingress/support';
import { problemsOf } from '../problems';
import { schemaErrors } from '../schemas/validate';
import { container, objects, podOf } from './support/pod';

const timing = deriveTiming();
const proxy = { socketIo: { path: '/socket.io/' }, addressesAppended: 2 };
const kit = new Chart(new App(), 'kit');

const account = kplus.ServiceAccount.fromServiceAccountName(kit, 'Account', 'chat-identity');

describe('a container beside the application', () => {
  const seconds = timing.preStopSeconds + timing.drainSeconds + timing.shutdownSeconds;
  const beside = (props: Partial<WebSocketServerProps>, more?: object) =>
    podOf({ ...props, containers: [container('sql-proxy', more)] }).containers[1];

  test('is there until the application has drained and gone, and no longer than the pod may take', () => {
    expect(beside({}).lifecycle).toEqual({ preStop: { exec: { command: ['sleep', String(seconds)] } } });
    expect(seconds).toBeLessThan(timing.terminationGracePeriodSeconds);
    expect(seconds).toBe(180);
  });

  test('waits with the kubelet where images have no shell', () => {
    expect(beside({ proxy, preStopHook: 'sleep' }).lifecycle).toEqual({ preStop: { sleep: { seconds } } });
  });

  test('keeps a hook of its own, and what else it does in its life', () => {
    const own = { preStop: { exec: { command: ['/quit'] } } };
    expect(beside({}, { lifecycle: own }).lifecycle).toEqual(own);
    const postStart = { exec: { command: ['/hello'] } };
    expect(beside({}, { lifecycle: { postStart } }).lifecycle).toEqual({
      postStart,
      preStop: { exec: { command: ['sleep', String(seconds)] } },
    });
  });
});

describe('an identity', () => {
  const metadataServer = [
    { to: [{ ipBlock: { cidr: '169.254.169.254/32' } }], ports: [{ protocol: 'TCP', port: 80 }] },
    {
      to: [{ ipBlock: { cidr: '169.254.169.252/32' } }],
      ports: [
        { protocol: 'TCP', port: 987 },
        { protocol: 'TCP', port: 988 },
      ],
    },
  ];
  const policy = (props: Partial<WebSocketServerProps>): Yaml => only(objects(props), 'NetworkPolicy');

  test("of Google Cloud can be proven: the policy opens GKE's metadata server and nothing else", () => {
    const before = policy({}).spec.egress;
    const opened = policy({ serviceAccount: account, workloadIdentity: 'gke' });
    expect(opened.spec.egress).toEqual([...before, ...metadataServer]);
    expect(schemaErrors(opened, '1.28')).toEqual([]);
    expect(policy({ serviceAccount: account, workloadIdentity: 'none' }).spec.egress).toEqual(before);
  });

  test('fails where it could not be proven, and says what to give', () => {
    expect(problemsOf(() => objects({ serviceAccount: account }))).toEqual([
      expect.stringMatching(
        /^workloadIdentity: is not given beside serviceAccount: .*give "gke" to open it, or "none"/,
      ),
    ]);
    expect(problemsOf(() => objects({ workloadIdentity: 'gke' }))).toEqual([
      expect.stringContaining('workloadIdentity: "gke" needs a serviceAccount'),
    ]);
    expect(problemsOf(() => objects({ serviceAccount: account, workloadIdentity: 'aws' as never }))).toEqual([
      'workloadIdentity: "aws" is unknown; give one of gke, none',
    ]);
  });

  test('fails with a token for an API that cannot be reached, and is taken with the way to it', () => {
    expect(problemsOf(() => objects({ mountServiceAccountToken: true }))).toEqual([
      expect.stringMatching(
        /^mountServiceAccountToken: is for the Kubernetes API, .* add its address to traffic.egressTo/,
      ),
    ]);
    const traffic = { egressTo: [{ cidr: '10.1.2.3/32', ports: [443] }] };
    expect(problemsOf(() => objects({ mountServiceAccountToken: true, traffic }))).toEqual([]);
  });
});

describe('nodes that a cloud takes back', () => {
  const said = (label: string, seconds: number) =>
    `${label} are nodes that are taken back and then leave a pod ${seconds} s, which preStop 120 s + drain 50 s + shutdown 10 s do not fit in, so that every connection is cut at once; derive the timing with nodeShutdown: Duration.seconds(${seconds}), or keep these pods off such nodes`;
  const affinity = (kind: 'required' | 'preferred', values: string[]) => {
    const term = { matchExpressions: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values }] };
    const name = `${kind}DuringSchedulingIgnoredDuringExecution`;
    return {
      nodeAffinity: {
        [name]: kind === 'required' ? { nodeSelectorTerms: [term] } : [{ weight: 1, preference: term }],
      },
    };
  };
  const gke = { nodeSelector: { 'cloud.google.com/gke-spot': 'true' } };

  test.each<[string, Partial<WebSocketServerProps>, string]>([
    ['a selector', gke, `nodeSelector: ${said('cloud.google.com/gke-spot=true', 15)}`],
    [
      'a toleration',
      { tolerations: [{ key: 'kubernetes.azure.com/scalesetpriority', value: 'spot', effect: 'NoSchedule' }] },
      `tolerations: ${said('kubernetes.azure.com/scalesetpriority=spot', 30)}`,
    ],
    [
      'an affinity that needs them',
      { affinity: affinity('required', ['on-demand', 'spot']) },
      `affinity: ${said('karpenter.sh/capacity-type=spot', 120)}`,
    ],
    [
      'an affinity that prefers them',
      { affinity: affinity('preferred', ['spot']) },
      `affinity: ${said('karpenter.sh/capacity-type=spot', 120)}`,
    ],
  ])('fail with a timing that is too long for them: %s', (_title, props, message) => {
    expect(problemsOf(() => objects(props))).toEqual([message]);
  });

  test('are taken with a timing that was made for them: the whole shutdown fits into what they leave', () => {
    const pod = podOf({ ...gke, timing: deriveTiming({ nodeShutdown: Duration.seconds(15) }) });
    expect(pod.nodeSelector).toEqual(gke.nodeSelector);
    const { env, lifecycle } = pod.containers[0];
    const ms = (name: string) => Number(env.find((one: Yaml) => one.name === name).value);
    const preStopMs = 1000 * Number(/sleep (\d+);/.exec(lifecycle.preStop.exec.command[2])?.[1]);
    expect(preStopMs).toBeGreaterThan(0);
    expect(ms('SOCKET_DRAIN_MS')).toBeGreaterThanOrEqual(5000);
    expect(preStopMs + ms('SOCKET_DRAIN_MS') + ms('SOCKET_SHUTDOWN_MS') + 2000).toBeLessThanOrEqual(15_000);
  });

  test('are nothing to pods that stay off them', () => {
    expect(problemsOf(() => objects({ affinity: affinity('required', ['on-demand']) }))).toEqual([]);
    expect(problemsOf(() => objects({ nodeSelector: { 'cloud.google.com/gke-spot': 'false' } }))).toEqual([]);
    const long = deriveTiming({ endpointDetach: Duration.seconds(40), drain: Duration.seconds(30) });
    expect(problemsOf(() => objects({ timing: long, affinity: affinity('required', ['spot']) }))).toEqual([]);
  });
});
