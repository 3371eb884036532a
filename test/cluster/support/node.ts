import { type Component, ctr, runs, startComponent } from '../machine/components';
import { inFolder } from '../machine/folder';
import { recall, until } from '../machine/processes';
import { inside } from '../machine/sandbox';
import { call } from './api';

interface Status {
  readonly name: string;
  readonly containerID?: string;
}

/** The id of a pod's container, as containerd has it. */
export async function containerOf(namespace: string, pod: string, container: string): Promise<string> {
  const { body } = await call('GET', `/api/v1/namespaces/${namespace}/pods/${pod}`);
  const { status } = JSON.parse(body) as { status: Record<string, readonly Status[] | undefined> };
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const id = all.find(({ name }) => name === container)?.containerID?.replace(/^containerd:\/\//, '');
  if (id === undefined) throw new Error(`${pod} has no container ${container}`);
  return id;
}

/** Sends a signal to every process of a container, from outside: its first process would not hear most of them from inside. */
export function signal(name: string, container: string): void {
  const processes = ctr(['tasks', 'ps', container]).match(/^\d+/gm) ?? [];
  if (processes.length === 0) throw new Error(`nothing runs in ${container} that could be sent ${name}`);
  // Some are gone by then: children of one that was signalled first.
  inside('bash', ['-c', `kill -${name} ${processes.join(' ')} 2>/dev/null || true`]);
}

/** Kills a part of the cluster, and returns what starts it again. */
export async function stopComponent(name: Component): Promise<() => void> {
  const wrapper = recall(inFolder('log', `${name}.json`));
  if (wrapper === undefined) throw new Error(`${name} does not run`);
  inside('pkill', ['-KILL', '--parent', '0', '--full', `bin/kube ${name}|^${name} `]);
  await until(`${name} is gone`, 20, () => !runs(name));
  return () => startComponent(name);
}
