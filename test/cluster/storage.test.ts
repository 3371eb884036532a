import { call } from './support/api';
import { askedThere } from './support/clients';
import { apply, deleteNamespaces, get, kubectl, needsNode, until, waitReady } from './support/cluster';
import { measured } from './support/measured';
import { manifestsOf } from './support/systems';

const NAMESPACE = 'storage';

/**
 * The successor of a replaced pod has to be available first, and then the last pod has its whole end: a quarter of this. The rest is for a controller that is not told when that is.
 * It asks itself again after `minReadySeconds` only while fewer pods are available than wanted, which one that is about to go makes up for; and of two questions it keeps the
 * sooner, which the successor may be too young for. Then it waits for the next change of any of its pods.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.3/pkg/controller/statefulset/stateful_set.go#L506
 * @see https://github.com/kubernetes/client-go/blob/v0.34.3/util/workqueue/delaying_queue.go
 */
const SCALED_DOWN_SECONDS = 60;

interface PodState {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

needsNode('what a pod keeps, and who reaches it', () => {
  const inPod = (pod: number, command: string) =>
    kubectl([
      'exec',
      `${NAMESPACE}-${pod}`,
      `--namespace=${NAMESPACE}`,
      `--container=${NAMESPACE}`,
      '--',
      '/bin/sh',
      '-c',
      command,
    ]).trim();

  beforeAll(async () => {
    apply(manifestsOf({ namespace: NAMESPACE, server: { name: NAMESPACE, replicas: 2 } }));
    await waitReady(NAMESPACE, `statefulset/${NAMESPACE}`, 120);
    for (const pod of [0, 1]) inPod(pod, `echo written by ${pod} >/home/theia/note-${pod}`);
  }, 150_000);

  afterAll(() => deleteNamespaces(NAMESPACE));

  test('what a pod wrote is in its own volume, and in no other', () => {
    for (const pod of [0, 1]) expect(inPod(pod, 'cat /home/theia/note-*')).toBe(`written by ${pod}`);
  });

  test('a connection from the balancer is let in, one from elsewhere is kept out', async () => {
    const [pod] = get<{ items: { status: { podIP: string } }[] }>('pods', `--namespace=${NAMESPACE}`).items;
    const url = `http://${pod?.status.podIP}:8080/health`;
    expect(await askedThere(url)).toBe('healthy');
    // This process is on the node's outside, in no range that the policy names.
    await expect(fetch(url, { signal: AbortSignal.timeout(3000) })).rejects.toThrow('timeout');
  });

  test('it is there after replacement', async () => {
    kubectl(['delete', 'pod', `${NAMESPACE}-0`, `--namespace=${NAMESPACE}`]);
    await until('its successor has what it wrote', 90, () => {
      try {
        return inPod(0, 'cat /home/theia/note-*') === 'written by 0';
      } catch {
        return false;
      }
    });
  });

  test('scaling down right after a replacement waits until the successor is available, and then takes the last pod', async () => {
    kubectl(['delete', 'pod', `${NAMESPACE}-0`, `--namespace=${NAMESPACE}`]);
    kubectl(['scale', `statefulset/${NAMESPACE}`, '--replicas=1', `--namespace=${NAMESPACE}`]);
    const began = Date.now();
    const pod = async (index: number) => {
      const { status, body } = await call('GET', `/api/v1/namespaces/${NAMESPACE}/pods/${NAMESPACE}-${index}`);
      return status === 200 ? (JSON.parse(body) as PodState) : undefined;
    };
    const availableAt: number[] = [];
    let told: number | undefined;
    await until('the last pod has ended', SCALED_DOWN_SECONDS * 2, async () => {
      const [first, last] = [await pod(0), await pod(1)];
      if (first?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'))
        availableAt.push(Date.now());
      if (last?.metadata.deletionTimestamp !== undefined) told ??= Date.now();
      return last === undefined;
    });
    const after = (at: number | undefined) => ((at ?? Number.NaN) - began) / 1000;
    const seconds = after(Date.now());
    measured('storage-scale-down', { ready: after(availableAt[0]), told: after(told), seconds });
    expect(seconds).toBeLessThan(SCALED_DOWN_SECONDS);
    // Never two pods away at once.
    expect(after(told)).toBeGreaterThanOrEqual(after(availableAt[0]));
  }, 300_000);

  test('what the pod that was taken away wrote is there after scaling up again', async () => {
    kubectl(['scale', `statefulset/${NAMESPACE}`, '--replicas=2', `--namespace=${NAMESPACE}`]);
    await waitReady(NAMESPACE, `statefulset/${NAMESPACE}`, 120);
    for (const index of [0, 1]) expect(inPod(index, 'cat /home/theia/note-*')).toBe(`written by ${index}`);
  }, 150_000);

  test('without a policy the connection from elsewhere is let in: it was the policy that kept it out', async () => {
    const [pod] = get<{ items: { status: { podIP: string } }[] }>('pods', `--namespace=${NAMESPACE}`).items;
    kubectl(['delete', 'networkpolicy', '--all', `--namespace=${NAMESPACE}`]);
    await until('it is let in', 30, async () => {
      const asked = fetch(`http://${pod?.status.podIP}:8080/health`, { signal: AbortSignal.timeout(3000) });
      return (await asked.catch(() => undefined))?.status === 200;
    });
  }, 60_000);
});
