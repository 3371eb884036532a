import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inFolder, KUBECONFIG } from '../machine/folder';
import { freshVolumes } from '../machine/kinds';
import { lockCluster } from '../machine/lock';
import { OWN, requireCluster } from './cluster';

/** Before all suites: one run at a time, and a way to the API server. */
export default async function setup(): Promise<void> {
  requireCluster();
  const lock = OWN ? await lockCluster((whom) => process.stderr.write(`${whom}\n`)) : undefined;
  if (!OWN) {
    process.stderr.write(
      `KUBECONFIG names ${process.env.KUBECONFIG}: suites that stop processes of the node or read its containers' events are skipped\n`,
    );
  }
  // What an interrupted run left.
  if (OWN) freshVolumes();
  const proxy = spawn(OWN ? inFolder('bin', 'kubectl') : 'kubectl', ['proxy', '--port=0'], {
    env: { ...process.env, KUBECONFIG: process.env.KUBECONFIG ?? KUBECONFIG },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => proxy.kill();
  process.once('exit', kill);
  const [line] = (await once(proxy.stdout, 'data')) as [Buffer];
  const [, address] = /on (\S+)/.exec(line.toString()) ?? [];
  process.env.HOLDFAST_API = `http://${address}`;
  (globalThis as { clusterTeardown?: () => void }).clusterTeardown = () => {
    kill();
    lock?.release();
  };
}
