import {
  type Cluster,
  type Diagnosis,
  diagnose,
  examineCluster,
  observe,
  openCluster,
  type Recording,
} from '../../../lib/doctor';
import { inFolder } from '../machine/folder';
import { apply, deleteNamespaces, ITS_KUBECONFIG, OWN, waitReady } from './cluster';
import { Patient } from './patient';
import { manifestsOf } from './systems';

/** Where the doctor finds its cluster: that of the suites, through a kubectl of its version where it is the repository's own. */
export const ITS_ENVIRONMENT: NodeJS.ProcessEnv = {
  ...process.env,
  KUBECONFIG: ITS_KUBECONFIG,
  ...(OWN ? { PATH: `${inFolder('bin')}:${process.env.PATH}` } : {}),
};

export function open(namespace: string, signal: AbortSignal): Promise<Cluster> {
  const program = OWN ? { program: inFolder('bin', 'kubectl') } : {};
  return openCluster({ namespace, signal, environment: ITS_ENVIRONMENT, ...program });
}

/** Looks as `holdfast doctor -n <namespace> --no-edge --quick` does. */
export async function look(
  namespace: string,
): Promise<{ readonly recording: Recording; readonly diagnosis: Diagnosis; readonly calls: number }> {
  const { signal } = new AbortController();
  const cluster = await open(namespace, signal);
  try {
    const options = { quick: true, signal, progress: () => {}, version: '0', environment: {} };
    const recording = await examineCluster({ cluster, target: {}, edge: false }, options);
    return { recording, diagnosis: diagnose(recording), calls: cluster.calls() };
  } finally {
    cluster.close();
  }
}

export const named = ({ named: causes }: Diagnosis): readonly string[] => causes.map(({ cause }) => cause.code);

/** What of these observations is still seen, looked at anew. */
export const stillSeen =
  (namespace: string) =>
  async (ids: readonly string[]): Promise<readonly string[]> =>
    observe((await look(namespace)).recording)
      .filter(({ id, outcome }) => ids.includes(id) && outcome === 'yes')
      .map(({ said }) => said);

/** Production's system in short, with one pod. */
export const short = (namespace: string): readonly object[] =>
  manifestsOf({ namespace, server: { name: namespace, replicas: 1 } });

/** Makes a system for the time of some work, and waits until it is ready. */
export async function withSystem(
  namespace: string,
  manifests: readonly object[],
  work: (patient: Patient) => Promise<void>,
): Promise<void> {
  try {
    apply(manifests);
    await waitReady(namespace, `statefulset/${namespace}`, 240);
    await work(new Patient(namespace));
  } finally {
    deleteNamespaces(namespace);
  }
}
