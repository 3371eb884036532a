import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import type { Manifest } from '../../../lib/manifest';
import { production } from '../../../stacks/production';
import { judgeNodeToo } from '../machine/policies';
import { get, kubectl, kubectlInBackground } from './cluster';
import * as proof from './doctor-proofs';
import type { Patient } from './patient';
import { manifestsOf } from './systems';

export interface Fault {
  readonly name: string;
  readonly code: string;
  /** What must be said because of which the cause is named: the place that is at fault, and what is wrong there. */
  readonly said: RegExp;
  /** What the table of hops has to show of the hops that are well. */
  readonly well?: RegExp;
  /** What happens to it; a fault that it is born with does nothing later. */
  readonly happen?: (patient: Patient) => void | Promise<void>;
  /** That it is there, without a line of the doctor. */
  readonly there: (patient: Patient) => boolean | Promise<boolean>;
  /** The system. @default - production's, in short, which is healthy before something happens */
  readonly manifests?: (namespace: string) => readonly object[];
}

export const into = (patient: Patient): string => `--namespace=${patient.namespace}`;
export const patched = (patient: Patient, object: string, patch: object): string =>
  kubectl(['patch', object, into(patient), '--type=merge', `--patch=${JSON.stringify(patch)}`]);
export const service = ({ namespace }: Patient): string =>
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

/** Production's system without probes: what the node sends to its own pods is let through everywhere, and where it is not, the kubelet would kill them. */
const unprobed = (namespace: string): readonly object[] =>
  manifestsOf({ namespace, server: { name: namespace, replicas: 1 } }).map(
    (manifest) =>
      JSON.parse(JSON.stringify(manifest), (key, value) => (key.endsWith('Probe') ? undefined : value)) as Manifest,
  );

const replaced = (patient: Patient, object: string, path: string, value: unknown): string =>
  kubectl([
    'patch',
    object,
    into(patient),
    '--type=json',
    `--patch=${JSON.stringify([{ op: 'replace', path, value }])}`,
  ]);

/** The ConfigMap with the configuration of nginx. */
function configuration(patient: Patient): { readonly name: string; readonly text: string; readonly written: string } {
  interface Map {
    readonly metadata: { readonly name: string; readonly managedFields?: readonly { readonly time?: string }[] };
    readonly data?: Readonly<Record<string, string>>;
  }
  const { items } = get<{ items: Map[] }>('configmaps', into(patient), '--show-managed-fields');
  const map = items.find(({ data }) => data?.['nginx.conf'] !== undefined);
  const times = (map?.metadata.managedFields ?? []).map(({ time }) => time ?? '').sort();
  return { name: map?.metadata.name ?? '', text: map?.data?.['nginx.conf'] ?? '', written: times.at(-1) ?? '' };
}

export const changeConfiguration = (patient: Patient): void => {
  const { name, text } = configuration(patient);
  patched(patient, `configmap/${name}`, { data: { 'nginx.conf': `${text}# changed\n` } });
};

export const eat = (patient: Patient): void => {
  // It gets no answer.
  const eats = ['wget', '-q', '-O-', 'http://127.0.0.1:3000/eat'];
  kubectlInBackground(['exec', patient.pod, into(patient), '--', ...eats]);
};

export const FAULTS: readonly Fault[] = [
  {
    name: 'the selector of the Service is mistyped',
    code: 'WS553',
    said: /app=nobody selects no pod; those of StatefulSet doctor-\S+ carry/,
    happen: (patient) => void patched(patient, service(patient), { spec: { selector: { app: 'nobody' } } }),
    there: (patient) => proof.ready(patient) && proof.sentTo(patient, service(patient)).length === 0,
  },
  {
    name: 'the Service sends to a port that the pods do not have',
    code: 'WS554',
    said: /targetPort 4444; the containers have/,
    well: /:8080 nginx +√ 2\/2 +√ 2\/2 +– +√ 1\/1/,
    happen: (patient) => void replaced(patient, service(patient), '/spec/ports/0/targetPort', 4444),
    there: async (patient) =>
      proof.sentTo(patient, service(patient)).every((to) => to.endsWith(':4444')) &&
      (await proof.fromNode(patient, 4444)) === 'is refused',
  },
  {
    name: 'no Service names the BackendConfig',
    code: 'WS517',
    said: /BackendConfig \S+ is there, and no Service names it/,
    happen: (patient) =>
      void kubectl(['annotate', service(patient), into(patient), 'cloud.google.com/backend-config-']),
    there: (patient) =>
      get<Manifest>(service(patient), into(patient)).metadata.annotations?.['cloud.google.com/backend-config'] ===
      undefined,
  },
  {
    name: 'a drain flag is up in a pod that stays',
    code: 'WS532',
    said: /doctor-\S+:8080 nginx turns new clients away \(503\) and lets sessions pass/,
    happen: (patient) => void patient.exec('nginx', 'touch /tmp/drain'),
    there: (patient) =>
      proof
        .answersInside(patient, patient.namespace, '8080/theia/socket.io/?EIO=4&transport=polling')
        .includes('503') && proof.podOf(patient)?.metadata.deletionTimestamp === undefined,
  },
  {
    name: 'the configuration changes and nobody rolls',
    code: 'WS544',
    said: /1 of 1 pods run another configuration than ConfigMap/,
    happen: changeConfiguration,
    there: (patient) => {
      const { text, written } = configuration(patient);
      return text.endsWith('# changed\n') && (proof.podOf(patient)?.status.startTime ?? '') < written;
    },
  },
  {
    name: 'the application is out of memory',
    code: 'WS524',
    said: /container doctor-\S+ of doctor-\S+-0: OOMKilled/,
    happen: eat,
    there: (patient) => proof.ended(patient, ({ reason }) => reason === 'OOMKilled'),
  },
  {
    name: 'the liveness probe kills an application that does not answer',
    code: 'WS526',
    said: /doctor-\S+-0: Container doctor-\S+ failed liveness probe, will be restarted/,
    happen: (patient) => patient.signal(patient.namespace, 'STOP'),
    there: (patient) =>
      proof.ended(patient, ({ exitCode }) => exitCode === 137) && proof.told(patient, /failed liveness probe/),
  },
  {
    name: 'a pod outlives its grace period',
    code: 'WS525',
    said: /doctor-\S+-0 was gone \d+ s after it was told to end, and \d+ s is its grace period: it was killed/,
    happen: async (patient) => {
      const grace = get<{ spec: { template: { spec: { terminationGracePeriodSeconds: number } } } }>(
        `statefulset/${patient.namespace}`,
        into(patient),
      ).spec.template.spec.terminationGracePeriodSeconds;
      await patient.signal(patient.namespace, 'STOP');
      const began = Date.now();
      const [code] = await once(kubectlInBackground(['delete', 'pod', patient.pod, into(patient)]), 'exit');
      const took = (Date.now() - began) / 1000;
      if (code !== 0 || took < grace) throw new Error(`${patient.pod} ended within ${took} s of its ${grace} s`);
    },
    there: (patient) => proof.ready(patient),
  },
  {
    name: 'the readiness probe asks a path that is not there',
    code: 'WS555',
    said: /statuscode: 404/,
    happen: (patient) =>
      void replaced(
        patient,
        `statefulset/${patient.namespace}`,
        '/spec/template/spec/containers/0/readinessProbe/httpGet/path',
        '/nowhere',
      ),
    there: (patient) => !proof.ready(patient) && proof.told(patient, /Readiness probe failed.*404/),
  },
  {
    name: 'an image that is not there',
    code: 'WS556',
    said: /container doctor-\S+: (ErrImage|ImagePull|InvalidImage)/,
    happen: (patient) =>
      void kubectl([
        'set',
        'image',
        `statefulset/${patient.namespace}`,
        into(patient),
        `${patient.namespace}=registry.invalid/none:1`,
      ]),
    there: (patient) => proof.waits(patient, /ErrImage|ImagePull|InvalidImage/),
  },
  {
    name: 'somebody scales down',
    code: 'WS540',
    said: /delete Pod doctor-\S+-1 in StatefulSet/,
    happen: (patient) => void kubectl(['scale', `statefulset/${patient.namespace}`, into(patient), '--replicas=1']),
    there: (patient) => proof.podOf(patient, `${patient.namespace}-1`) === undefined,
    manifests: (namespace) => manifestsOf({ namespace, server: { name: namespace, replicas: 2 } }),
  },
  {
    name: 'a NetworkPolicy lets nobody in',
    code: 'WS514',
    said: /doctor-\S+-0 port 8080 does not answer at its address, and answers inside the pod/,
    happen: async (patient) => {
      for (const { metadata } of get<{ items: Manifest[] }>('networkpolicies', into(patient)).items)
        patched(patient, `networkpolicy/${metadata.name}`, { spec: { ingress: [] } });
      judgeNodeToo(await patient.address());
    },
    there: async (patient) =>
      (await proof.fromNode(patient, 8080)) === 'is dropped' &&
      proof.answersInside(patient, patient.namespace, '8080/health').includes('healthy'),
    manifests: unprobed,
  },
  {
    name: 'the server listens on 127.0.0.1',
    code: 'WS515',
    said: /doctor-\S+-0 port 3000 refuses at its address, and answers inside the pod/,
    there: async (patient) =>
      (await proof.fromNode(patient, 3000)) === 'is refused' &&
      proof.answersInside(patient, 'server', '3000/').includes('400'),
    manifests: (namespace) => plain(namespace, answering('127.0.0.1')),
  },
  {
    name: 'no pod is ready',
    code: 'WS516',
    said: /0 of 1 endpoints of Service doctor-\S+ are ready/,
    there: (patient) => proof.podOf(patient)?.status.startTime !== undefined && !proof.ready(patient),
    manifests: (namespace) =>
      plain(namespace, answering('0.0.0.0'), {
        readinessProbe: { exec: { command: [NODE, '-e', 'process.exit(1)'] }, periodSeconds: 5, timeoutSeconds: 5 },
      }),
  },
];
