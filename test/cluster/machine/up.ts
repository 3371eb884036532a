import { mkdirSync } from 'node:fs';
import { makeCgroups } from './cgroups';
import { type Component, configure, ctr, kubectl, NODE, runs, startComponent, untilIt } from './components';
import { endCluster } from './down';
import { FOLDER, inFolder, KUBECONFIG } from './folder';
import { makeImages } from './images';
import { addKinds } from './kinds';
import { buildKube, kubernetesVersion } from './kube';
import { installPackages } from './packages';
import { enforcePolicies } from './policies';
import { sandbox, startSandbox } from './sandbox';

/** Starts what does not run yet. `say` hears of each step as it ends. */
export async function startCluster(say: (step: string) => void): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('a cluster mounts, routes and makes containers: run this as root');
  const installed = installPackages();
  if (installed.length > 0) say(`installed ${installed.join(' ')}`);
  const kube = buildKube();
  say(`Kubernetes ${kubernetesVersion()}: ${kube}`);
  if (sandbox() === undefined) {
    // What an interrupted run left.
    await endCluster();
    mkdirSync(inFolder('bin'), { recursive: true });
    makeCgroups();
    await startSandbox();
    configure(kube);
    say(`namespaces and folder: ${FOLDER}`);
  }
  const fresh = !runs('apiserver');
  startComponent('etcd');
  startComponent('containerd');
  startComponent('apiserver');
  await untilIt('containerd', 'answers', 30, () => ctr(['version']));
  if (fresh) {
    makeImages();
    say('images');
  }
  await untilIt('apiserver', 'is ready', 120, () => kubectl(['get', '--raw', '/readyz']));
  say('API server');
  for (const name of ['controllers', 'scheduler', 'kubelet', 'proxy', 'policies'] satisfies Component[])
    startComponent(name);
  if (fresh) addKinds();
  await enforcePolicies();
  await untilIt('kubelet', 'is ready', 120, () =>
    kubectl(['wait', '--for=condition=Ready', `node/${NODE}`, '--timeout=1s']),
  );
  await untilIt('controllers', 'have made the default account', 60, () =>
    kubectl(['get', 'serviceaccount', 'default']),
  );
  say(`node is ready: export KUBECONFIG=${KUBECONFIG}`);
}
