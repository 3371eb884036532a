import { call } from './api';
import { kubectl, waitReady } from './cluster';
import { containerOf, signal } from './node';

/** A pod of a system, to which something happens; most have no other. */
export class Patient {
  readonly pod: string;

  /** @param index which of its pods, where it has several */
  constructor(
    readonly namespace: string,
    index = 0,
  ) {
    this.pod = `${namespace}-${index}`;
  }

  exec(container: string, command: string): string {
    const into = ['exec', this.pod, `--namespace=${this.namespace}`, `--container=${container}`];
    return kubectl([...into, '--', '/bin/sh', '-c', command]);
  }

  async signal(container: string, name: string): Promise<void> {
    signal(name, await containerOf(this.namespace, this.pod, container));
  }

  /** Where the pod is on the network. */
  async address(): Promise<string> {
    const { body } = await call('GET', `/api/v1/namespaces/${this.namespace}/pods/${this.pod}`);
    return (JSON.parse(body) as { status: { podIP: string } }).status.podIP;
  }

  /** Its pod, and whether it is ready and stays. */
  async look(): Promise<{ readonly uid: string; readonly ready: boolean; readonly restarts: string }> {
    const { status, body } = await call('GET', `/api/v1/namespaces/${this.namespace}/pods/${this.pod}`);
    if (status !== 200) return { uid: '', ready: false, restarts: '' };
    const pod = JSON.parse(body) as {
      metadata: { uid: string; deletionTimestamp?: string };
      status: Record<string, { name?: string; type?: string; status?: string; restartCount?: number }[] | undefined>;
    };
    const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
    return {
      uid: pod.metadata.uid,
      ready:
        pod.metadata.deletionTimestamp === undefined &&
        pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true,
      restarts: statuses.map(({ name, restartCount }) => `${name} ${restartCount}`).join(', '),
    };
  }

  /** Replaces its pod as its owner would. */
  async restart(): Promise<void> {
    const { namespace } = this;
    kubectl(['rollout', 'restart', `statefulset/${namespace}`, `--namespace=${namespace}`]);
    await waitReady(namespace, `statefulset/${namespace}`, 120);
  }
}
