import { realpathSync } from 'node:fs';
import { production } from '../../../stacks/production';
import { get, kubectl, kubectlInBackground } from './cluster';
import type { Patient } from './patient';
import { manifestsOf } from './systems';

export interface Fault {
  readonly name: string;
  readonly code: string;
  /** What the report must say, so that the cause is named for what was done. */
  readonly said: RegExp;
  /** What happens to it; a fault that it is born with does nothing later. */
  readonly happen?: (patient: Patient) => void | Promise<void>;
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

export const FAULTS: readonly Fault[] = [
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
