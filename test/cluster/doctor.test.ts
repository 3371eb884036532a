import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
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
import { production } from '../../stacks/production';
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
  /** What happens to it; a fault that it is born with does nothing later. */
  readonly happen?: (patient: Patient) => void | Promise<void>;
  /** The system. @default - production's, in short, which is healthy before something happens */
  readonly manifests?: (namespace: string) => readonly object[];
}

const into = (patient: Patient): string => `--namespace=${patient.namespace}`;
const patched = (patient: Patient, object: string, patch: object): string =>
  kubectl(['patch', object, into(patient), '--type=merge', `--patch=${JSON.stringify(patch)}`]);
const service = ({ namespace }: Patient): string =>
  get<{ items: { metadata: { name: string } }[] }>('services', `--namespace=${namespace}`)
    .items.map(({ metadata }) => `service/${metadata.name}`)
    .find((name) => name.endsWith('-service')) ?? '';

/** Where this machine's own node is in the images that are made of it. */
const NODE = realpathSync(process.execPath);

/** Somebody else's server, as small as can be: the program of one pod behind a Service. */
function plain(namespace: string, program: string, probes: object = {}): readonly object[] {
  const metadata = { name: namespace, namespace };
  const labels = { app: namespace };
  const container = {
    name: 'server',
    image: production.server.image,
    command: [NODE, '-e', program],
    ports: [{ name: 'http', containerPort: 3000 }],
    ...probes,
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata,
      spec: {
        replicas: 1,
        serviceName: namespace,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
      },
    },
  ];
}

/** Answers like Engine.IO that knows no session, at an address. */
const answering = (address: string): string =>
  `require('http').createServer((q, s) => s.writeHead(400, {'content-type': 'application/json'}).end('{"code":1,"message":"Session ID unknown"}')).listen(3000, '${address}')`;

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
    manifests: (namespace) => manifestsOf({ namespace, server: { name: namespace, replicas: 2 } }),
  },
  {
    name: 'the server listens on 127.0.0.1',
    code: 'WS515',
    said: /refuses at its address, and answers inside the pod/,
    manifests: (namespace) => plain(namespace, answering('127.0.0.1')),
  },
  {
    name: 'no pod is ready',
    code: 'WS516',
    said: /0 of 1 endpoints of Service \S+ are ready/,
    manifests: (namespace) =>
      plain(namespace, answering('0.0.0.0'), {
        readinessProbe: { exec: { command: [NODE, '-e', 'process.exit(1)'] }, periodSeconds: 5, timeoutSeconds: 5 },
      }),
  },
];

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
