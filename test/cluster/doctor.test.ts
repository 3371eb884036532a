import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Change,
  type Cluster,
  diagnose,
  examineCluster,
  apply as fix,
  observe,
  openCluster,
  plan,
  type Recording,
  render,
  rolls,
  UndoRecords,
  undo,
} from '../../lib/doctor';
import { inFolder, KUBECONFIG } from './machine/folder';
import {
  apply,
  deleteNamespaces,
  get,
  kubectl,
  kubectlInBackground,
  needsNode,
  OWN,
  sleep,
  until,
  waitReady,
} from './support/cluster';
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

interface Fault {
  readonly name: string;
  readonly code: string;
  /** What the report must say, so that the cause is named for what was done. */
  readonly said: RegExp;
  readonly happen: (patient: Patient) => void | Promise<void>;
}

const into = (patient: Patient): string => `--namespace=${patient.namespace}`;
const patched = (patient: Patient, object: string, patch: object): string =>
  kubectl(['patch', object, into(patient), '--type=merge', `--patch=${JSON.stringify(patch)}`]);
const service = ({ namespace }: Patient): string =>
  get<{ items: { metadata: { name: string } }[] }>('services', `--namespace=${namespace}`)
    .items.map(({ metadata }) => `service/${metadata.name}`)
    .find((name) => name.endsWith('-service')) ?? '';

const FAULTS: readonly Fault[] = [
  {
    name: 'the selector of the Service is mistyped',
    code: 'WS553',
    said: /app=nobody selects no pod/,
    happen: (patient) => void patched(patient, service(patient), { spec: { selector: { app: 'nobody' } } }),
  },
  {
    name: 'the Service sends to a port that the pods do not have',
    code: 'WS554',
    said: /targetPort 4444/,
    happen: (patient) =>
      void kubectl([
        'patch',
        service(patient),
        into(patient),
        '--type=json',
        '--patch=[{"op":"replace","path":"/spec/ports/0/targetPort","value":4444}]',
      ]),
  },
  {
    name: 'no Service names the BackendConfig',
    code: 'WS517',
    said: /no Service names it/,
    happen: (patient) =>
      void kubectl(['annotate', service(patient), into(patient), 'cloud.google.com/backend-config-']),
  },
  {
    name: 'a drain flag is up in a pod that stays',
    code: 'WS532',
    said: /turns new clients away \(503\) and lets sessions pass/,
    happen: (patient) => void patient.exec('nginx', 'touch /tmp/drain'),
  },
  {
    name: 'the configuration changes and nobody rolls',
    code: 'WS544',
    said: /run another configuration than ConfigMap/,
    happen: (patient) => {
      const [map] = get<{ items: { metadata: { name: string }; data?: Record<string, string> }[] }>(
        'configmaps',
        into(patient),
      ).items.filter(({ data }) => data?.['nginx.conf'] !== undefined);
      patched(patient, `configmap/${map?.metadata.name}`, {
        data: { 'nginx.conf': `${map?.data?.['nginx.conf']}# changed\n` },
      });
    },
  },
  {
    name: 'the application is out of memory',
    code: 'WS524',
    said: /OOMKilled/,
    happen: (patient) =>
      void kubectlInBackground([
        'exec',
        patient.pod,
        into(patient),
        '--',
        'wget',
        '-q',
        '-O-',
        'http://127.0.0.1:3000/eat',
      ]),
  },
  {
    name: 'the liveness probe kills an application that does not answer',
    code: 'WS526',
    said: /failed liveness probe, will be restarted/,
    happen: (patient) => patient.signal(patient.namespace, 'STOP'),
  },
  {
    name: 'the readiness probe asks a path that is not there',
    code: 'WS555',
    said: /statuscode: 404/,
    happen: (patient) => {
      const path = '/spec/template/spec/containers/0/readinessProbe/httpGet/path';
      kubectl([
        'patch',
        `statefulset/${patient.namespace}`,
        into(patient),
        '--type=json',
        `--patch=[{"op":"replace","path":"${path}","value":"/nowhere"}]`,
      ]);
    },
  },
  {
    name: 'an image that is not there',
    code: 'WS556',
    said: /ErrImage|ImagePull|InvalidImage/,
    happen: (patient) =>
      void kubectl([
        'set',
        'image',
        `statefulset/${patient.namespace}`,
        into(patient),
        `${patient.namespace}=registry.invalid/none:1`,
      ]),
  },
  {
    name: 'somebody scales down',
    code: 'WS540',
    said: /delete Pod \S+-1 in StatefulSet/,
    happen: (patient) => void kubectl(['scale', `statefulset/${patient.namespace}`, into(patient), '--replicas=1']),
  },
];

needsNode('the doctor in the cluster', () => {
  const systems = FAULTS.map((fault, i) => ({ fault, patient: new Patient(`doctor-${i}`) }));

  beforeAll(async () => {
    for (const { fault, patient } of systems) {
      const { namespace } = patient;
      apply(manifestsOf({ namespace, server: { name: namespace, replicas: fault.code === 'WS540' ? 2 : 1 } }));
    }
    for (const { patient } of systems) await waitReady(patient.namespace, `statefulset/${patient.namespace}`, 240);
  }, 400_000);

  afterAll(() => deleteNamespaces(...systems.map(({ patient }) => patient.namespace)));

  test('names nothing on a healthy system, draws every hop, and asks the API server at most 60 times', async () => {
    const { recording, calls } = await look('doctor-0');
    expect(named(recording)).toEqual([]);
    const text = render(diagnose(recording), 'text');
    expect(text).toMatch(/doctor-0-0:8080 nginx +√ 2\/2 +√ 2\/2 +– +√ 1\/1/);
    expect(text).toMatch(/doctor-0-0:3000 doctor-0 +√ 2\/2 +√ 2\/2 +– +√ 1\/1/);
    expect(calls).toBeLessThanOrEqual(60);
  });

  describe('after a fault in each system', () => {
    // At once: what takes time is what the kubelet waits for.
    beforeAll(async () => {
      for (const { patient } of systems) expect(named((await look(patient.namespace)).recording)).toEqual([]);
      await Promise.all(systems.map(({ fault, patient }) => fault.happen(patient)));
    }, 200_000);

    test.each(systems)(
      '$fault.name: $fault.code first',
      async ({ fault: { code, said }, patient }) => {
        let told = '';
        await until(`the report says ${said}`, TOLD_SECONDS, async () => {
          const { recording } = await look(patient.namespace);
          told = render(diagnose(recording), 'text');
          return said.test(told) && named(recording)[0] === code;
        }).catch((error: Error) => {
          throw new Error(`${error.message}\n${told}`);
        });
      },
      300_000,
    );
  });

  test('mends what it found, on the real API server, and takes it back', async () => {
    const [{ patient }] = systems as [(typeof systems)[0]];
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
  }, 120_000);
});
