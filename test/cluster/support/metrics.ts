import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inFolder } from '../machine/folder';
import { NODE_ADDRESS, startInside } from '../machine/sandbox';
import { apply, kubectl, until } from './cluster';
import type { PodWatch } from './pods';

const PORT = 8443;
const NAME = 'custom-metrics';
/** The name of the APIService. */
export const METRICS_API = 'v1beta2.custom.metrics.k8s.io';

/** The custom metrics API, with what the pods of one namespace say themselves. */
export class Metrics {
  private constructor(
    private readonly process: ChildProcess,
    private readonly timer: NodeJS.Timeout,
  ) {}

  /** Starts it on the node, and has the API server ask there. */
  static async start(pods: PodWatch): Promise<Metrics> {
    const [key, certificate] = [inFolder('metrics.key'), inFolder('metrics.crt')];
    const self = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${NAME}`];
    execFileSync('openssl', [...self, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    const program = join(__dirname, 'metrics-process.ts');
    const process_ = startInside(
      process.execPath,
      ['--require', require.resolve('tsx/cjs'), program, NODE_ADDRESS, String(PORT), key, certificate],
      ['ignore', 'inherit', 'inherit', 'ipc'],
      false,
    );
    await once(process_, 'message');
    const tell = () => {
      const there = pods.lives.filter(({ address, gone }) => address !== undefined && gone === undefined);
      if (process_.connected) process_.send(Object.fromEntries(there.map(({ name, address }) => [name, address])));
    };
    const metrics = new Metrics(process_, setInterval(tell, 200));
    apply(OBJECTS);
    await until('the API server knows the metrics', 60, () => {
      const path = '{.status.conditions[?(@.type=="Available")].status}';
      return kubectl(['get', 'apiservice', METRICS_API, `--output=jsonpath=${path}`]) === 'True';
    });
    return metrics;
  }

  stop(): void {
    clearInterval(this.timer);
    this.process.kill('SIGKILL');
    kubectl(
      ['delete', '--ignore-not-found', '--filename=-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: OBJECTS }),
    );
  }
}

const OBJECTS = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: 'kube-system' },
    spec: { ports: [{ port: 443, targetPort: PORT }] },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: NAME, namespace: 'kube-system', labels: { 'kubernetes.io/service-name': NAME } },
    addressType: 'IPv4',
    ports: [{ port: PORT, protocol: 'TCP', name: '' }],
    endpoints: [{ addresses: [NODE_ADDRESS], conditions: { ready: true } }],
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: METRICS_API },
    spec: {
      group: 'custom.metrics.k8s.io',
      version: 'v1beta2',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: NAME, namespace: 'kube-system', port: 443 },
    },
  },
];
