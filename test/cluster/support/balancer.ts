import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { gatewayConf } from '../../../lib/nginx';
import { deriveTiming, type Timing } from '../../../lib/timing';
import { inFolder } from '../machine/folder';
import { CLIENT_NAMESPACE, inside, startInside } from '../machine/sandbox';
import { watch } from './api';
import { sleep, until } from './cluster';

/** The address of the balancer, on the network of the clients. */
const ADDRESS = '35.191.0.1';

interface Slice {
  readonly metadata: { readonly name: string };
  readonly endpoints?:
    | null
    | readonly { readonly addresses: readonly string[]; readonly conditions: { ready?: boolean } }[];
}

/** As long as an nginx worker may keep connections: a balancer leaves those of a removed endpoint alone. */
const PATIENT = deriveTiming({ drain: Duration.minutes(50) }).workerShutdownTimeoutSeconds;

/**
 * nginx as a balancer that knows pods, as Google's do with network endpoint groups: it follows the endpoints of a Service, and keeps a client on its pod by the
 * client's address.
 */
export class Balancer {
  private readonly folder = mkdtempSync(inFolder('balancer-'));
  private addresses: readonly string[] = [];
  private readonly end: () => void;

  private constructor(
    private readonly timing: Timing,
    namespace: string,
    service: string,
    private readonly podPort: number,
    private readonly port: number,
  ) {
    const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name=${service}`;
    this.end = watch(slices, (_type, object) => {
      const ready = ((object as Slice).endpoints ?? []).filter(({ conditions }) => conditions.ready);
      this.follow(ready.flatMap(({ addresses }) => addresses).sort());
    });
    this.write();
    const nginx = ['nginx', '-e', 'stderr', '-p', this.folder, '-c', 'nginx.conf', '-g', 'daemon off;'];
    startInside('ip', ['netns', 'exec', CLIENT_NAMESPACE, ...nginx], ['ignore', 'ignore', 'inherit'], false);
  }

  static async start(
    timing: Timing,
    namespace: string,
    service: string,
    podPort: number,
    port: number,
  ): Promise<Balancer> {
    const balancer = new Balancer(timing, namespace, service, podPort, port);
    try {
      await until('the balancer knows a pod', 30, () => balancer.addresses.length > 0);
      await sleep(1000);
    } catch (error) {
      balancer.stop();
      throw error;
    }
    return balancer;
  }

  get url(): string {
    return `http://${ADDRESS}:${this.port}`;
  }

  stop(): void {
    this.end();
    this.signal('TERM');
  }

  private follow(addresses: readonly string[]): void {
    if (addresses.length === 0 || addresses.join() === this.addresses.join()) return;
    this.addresses = addresses;
    this.write();
    this.signal('HUP');
  }

  private signal(name: string): void {
    try {
      inside('bash', ['-c', `kill -${name} $(cat ${join(this.folder, 'nginx.pid')})`]);
    } catch {
      // It has not started yet, and will read what was written.
    }
  }

  private write(): void {
    const conf = gatewayConf({
      timing: this.timing,
      port: this.port,
      servers: (this.addresses.length > 0 ? this.addresses : ['127.0.0.1']).map((host) => ({
        host,
        port: this.podPort,
      })),
      affinity: 'clientAddress',
      socketIoPath: '/theia/socket.io/',
      webSocketPaths: ['/ws'],
    });
    // No timing that can be derived says this, so it is changed where it was written.
    const patient = conf.replace(/worker_shutdown_timeout \d+s/, `worker_shutdown_timeout ${PATIENT}s`);
    // At once: it may be reading the last one. A folder of its own instead of /tmp, which every nginx here would share.
    const next = join(this.folder, 'next.conf');
    writeFileSync(next, `user root;\n${patient.replaceAll('/tmp/', `${this.folder}/`)}`);
    renameSync(next, join(this.folder, 'nginx.conf'));
  }
}
