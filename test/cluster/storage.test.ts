import { once } from 'node:events';
import { startNode } from './support/clients';
import { apply, deleteNamespaces, get, kubectl, needsNode, until, waitReady } from './support/cluster';
import { manifestsOf } from './support/systems';

const NAMESPACE = 'storage';

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
    const ask = `fetch('${url}', { signal: AbortSignal.timeout(3000) }).then((r) => r.text()).then(console.log, (e) => console.log(e.name))`;
    const balancer = startNode(['--eval', ask], ['ignore', 'pipe', 'inherit']);
    let said = '';
    balancer.stdout?.on('data', (text) => {
      said += text;
    });
    await once(balancer, 'close');
    expect(said.trim()).toBe('healthy');
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
});
