import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Change,
  type Cluster,
  diagnose,
  disrupt,
  disruptionText,
  examineCluster,
  apply as fix,
  observe,
  openCluster,
  plan,
  podsMeant,
  type Recording,
  render,
  rolls,
  targetAt,
  UndoRecords,
  undo,
  View,
  went,
} from '../../lib/doctor';
import { inFolder, KUBECONFIG } from './machine/folder';
import { apply, deleteNamespaces, get, kubectl, needsNode, OWN, sleep, until, waitReady } from './support/cluster';
import { FAULTS, into, patched, service } from './support/doctor-faults';
import { Patient } from './support/patient';
import { manifestsOf } from './support/systems';

/** Long enough for the kubelet and the controllers to tell of what happened. */
const TOLD_SECONDS = 90;

/** The cluster of the suites, through a kubectl of its version where it is the repository's own. */
function open(namespace: string, signal: AbortSignal): Promise<Cluster> {
  const environment = { ...process.env, KUBECONFIG: process.env.KUBECONFIG ?? KUBECONFIG };
  return openCluster({ namespace, signal, environment, ...(OWN ? { program: inFolder('bin', 'kubectl') } : {}) });
}

/** Looks as `holdfast doctor -n <namespace> --no-edge` does. */
async function look(namespace: string): Promise<{ readonly recording: Recording; readonly calls: number }> {
  const { signal } = new AbortController();
  const cluster = await open(namespace, signal);
  try {
    const options = { quick: true, signal, progress: () => {}, version: '0', environment: {} };
    return { recording: await examineCluster({ cluster, target: {}, edge: false }, options), calls: cluster.calls() };
  } finally {
    cluster.close();
  }
}

const named = (recording: Recording): readonly string[] => diagnose(recording).named.map(({ cause }) => cause.code);

/** How often each is done, on a system of its own each time. */
const RUNS = Number(process.env.HOLDFAST_DOCTOR_RUNS ?? 1);

/** Makes a system for the time of some work, and waits until it is ready where it is to be so. */
async function withSystem(
  namespace: string,
  manifests: readonly object[],
  healthy: boolean,
  work: (patient: Patient) => Promise<void>,
): Promise<void> {
  try {
    apply(manifests);
    if (healthy) await waitReady(namespace, `statefulset/${namespace}`, 240);
    await work(new Patient(namespace));
  } finally {
    deleteNamespaces(namespace);
  }
}

const short = (namespace: string): readonly object[] =>
  manifestsOf({ namespace, server: { name: namespace, replicas: 1 } });

needsNode('the doctor in the cluster', () => {
  const systems = FAULTS.flatMap((fault, i) =>
    Array.from({ length: RUNS }, (_none, run) => ({
      ...fault,
      run: run + 1,
      patient: new Patient(`doctor-${i}-${run}`),
    })),
  );

  test(
    'names nothing on a healthy system, draws every hop, asks the API server at most 60 times, and calls a rollout a rollout',
    () =>
      withSystem('doctor-healthy', short('doctor-healthy'), true, async (patient) => {
        for (let i = 0; i < (RUNS > 1 ? 10 : 3); i += 1) {
          const { recording, calls } = await look('doctor-healthy');
          expect(named(recording)).toEqual([]);
          const text = render(diagnose(recording), 'text');
          expect(text).toMatch(/doctor-healthy-0:8080 nginx +√ 2\/2 +√ 2\/2 +– +√ 1\/1/);
          expect(text).toMatch(/doctor-healthy-0:3000 doctor-healthy +√ 2\/2 +√ 2\/2 +– +√ 1\/1/);
          expect(calls).toBeLessThanOrEqual(60);
        }
        kubectl(['rollout', 'restart', 'statefulset/doctor-healthy', into(patient)]);
        let notes: readonly string[] = [];
        await until('the rollout is seen', 30, async () => {
          const { recording } = await look('doctor-healthy');
          expect(named(recording)).toEqual([]);
          notes = diagnose(recording).notes;
          return notes.some((note) => note.startsWith('a rollout is under way: StatefulSet doctor-healthy'));
        });
      }),
    400_000,
  );

  describe('after a fault in each system', () => {
    // At once: what takes time is what the kubelet waits for.
    beforeAll(async () => {
      for (const { patient, manifests = short } of systems) apply(manifests(patient.namespace));
      for (const { patient, happen } of systems) {
        if (happen === undefined) continue;
        await waitReady(patient.namespace, `statefulset/${patient.namespace}`, 240);
        expect(named((await look(patient.namespace)).recording)).toEqual([]);
      }
      await Promise.all(systems.map(({ patient, happen }) => happen?.(patient)));
    }, 600_000);

    afterAll(() => deleteNamespaces(...systems.map(({ patient }) => patient.namespace)));

    test.each(systems)(
      '$name: $code first (run $run)',
      async ({ code, said, patient: { namespace } }) => {
        let told = '';
        await until(`the report says ${said}`, TOLD_SECONDS, async () => {
          const { recording } = await look(namespace);
          told = render(diagnose(recording), 'text');
          return said.test(told) && named(recording)[0] === code;
        }).catch((error: Error) => {
          throw new Error(`${error.message}\n${told}`);
        });
      },
      300_000,
    );
  });

  test(
    'mends what it found, on the real API server, and takes it back',
    () =>
      withSystem('doctor-mended', short('doctor-mended'), true, async (patient) => {
        const folder = mkdtempSync(join(tmpdir(), 'holdfast-undo-'));
        const { signal } = new AbortController();
        const cluster = await open(patient.namespace, signal);
        try {
          const selector = () => get<{ spec: { selector: object } }>(service(patient), into(patient)).spec.selector;
          patched(patient, service(patient), { spec: { selector: { app: 'nobody' } } });
          await sleep(2000);
          const diagnosis = diagnose((await look(patient.namespace)).recording);
          const { changes } = plan(diagnosis);
          expect(changes.map(({ code }) => code)).toEqual(['WS553']);
          const records = new UndoRecords(folder);
          const outcome = await fix(changes[0] as Change, {
            cluster,
            records,
            signal,
            say: () => {},
            everyMs: 1000,
            stillSeen: async (ids) =>
              observe((await look(patient.namespace)).recording)
                .filter(({ id, outcome: seen }) => ids.includes(id) && seen === 'yes')
                .map(({ said }) => said),
            rolling: async () => rolls((await look(patient.namespace)).recording),
          });
          expect(outcome).toMatchObject({ state: 'made' });
          expect(selector()).toEqual({ app: patient.namespace });
          expect((await undo(records.read(undefined), cluster, records)).state).toBe('undone');
          expect(selector()).toEqual({ app: 'nobody' });
        } finally {
          cluster.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
    400_000,
  );

  test('measures the drain of a pod: its sockets end as the timing predicts, and those of the other pod stay', () => {
    const namespace = 'doctor-drained';
    const manifests = manifestsOf({ namespace, server: { name: namespace, replicas: 2 } });
    return withSystem(namespace, manifests, true, async () => {
      const { recording } = await look(namespace);
      const live = new View(recording.asked, recording.evidence).live as NonNullable<View['live']>;
      const { signal } = new AbortController();
      const cluster = await open(namespace, signal);
      try {
        const disruption = await disrupt({
          cluster,
          live,
          asked: recording.asked,
          pods: podsMeant(live, `pod=${namespace}-1`),
          targetAt: (port) => targetAt({ live }, port, new URL(recording.asked.url).pathname),
          version: '0',
          signal,
          progress: () => {},
        });
        expect([disruptionText(disruption), went(disruption)]).toEqual([expect.stringContaining('√ as predicted'), []]);
        const [other, evicted] = disruption.pods;
        expect(new Set(other?.sockets.map(({ how }) => how))).toEqual(new Set(['stayed']));
        expect(new Set(evicted?.sockets.map(({ how }) => how))).toEqual(new Set(['closed']));
      } finally {
        cluster.close();
      }
    });
  }, 400_000);
});
