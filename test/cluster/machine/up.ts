import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { whatRan } from '../support/what-ran';
import { makeCgroups } from './cgroups';
import { type Component, configure, ctr, kubectl, NODE, runs, startComponent, untilIt } from './components';
import { endCluster } from './down';
import { APPLICATION, FOLDER, inFolder, KUBECONFIG, MARK } from './folder';
import { makeImages } from './images';
import { addKinds } from './kinds';
import { buildKube, kubernetesVersion } from './kube';
import { installPackages } from './packages';
import { enforcePolicies } from './policies';
import { sandbox, startSandbox } from './sandbox';

/** Starts what does not run yet. `say` hears of each step as it ends. */
export async function startCluster(say: (step: string) => void): Promise<void> {
  const installed = installPackages();
  if (installed.length > 0) say(`installed ${installed.join(' ')}`);
  const kube = buildKube();
  say(`Kubernetes ${kubernetesVersion()}: ${kube}`);
  let stay = async () => {};
  if (sandbox() === undefined) {
    // What an interrupted run left.
    await endCluster();
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(inFolder(MARK), '');
    mkdirSync(inFolder('bin'));
    makeCgroups();
    stay = await startSandbox();
    configure(kube);
    say(`namespaces and folder: ${FOLDER}`);
  }
  const fresh = !runs('apiserver');
  startComponent('etcd');
  startComponent('containerd');
  startComponent('apiserver');
  await untilIt('containerd', 'answers', 30, () => ctr(['version']));
  // Pods that are made from now on get what this checkout has.
  const { application } = whatRan();
  if (fresh || !existsSync(inFolder(APPLICATION)) || readFileSync(inFolder(APPLICATION), 'utf8') !== application) {
    makeImages();
    writeFileSync(inFolder(APPLICATION), application);
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
  // Whoever answers nobody, such as a proxy on a kernel without nftables, may have ended unnoticed.
  for (const name of ['scheduler', 'proxy'] satisfies Component[]) await untilIt(name, 'runs', 1, () => true);
  await stay();
  say(`node is ready: export KUBECONFIG=${KUBECONFIG}`);
}
