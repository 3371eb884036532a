import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { deriveTiming, type GatewayAffinity, gatewayConf, type Timing } from '../../../lib';
import { freePort } from './app';
import { type Nginx, startNginx } from './nginx';
import { killAllPods, type Pod, type PodProps, startPod } from './pod';

export interface ClusterProps {
  readonly timing: Timing;
  readonly pods: number;
  /** @default 'clientAddress' */
  readonly affinity?: GatewayAffinity;
  /** Another program than the chat server, with plain WebSockets at `/ws`. */
  readonly program?: string;
  /** What somebody got wrong in every pod. */
  readonly spoil?: PodProps['spoil'];
  /** What somebody got wrong in front of them. @default - the timing of the pods */
  readonly gatewayTiming?: { readonly workerShutdownTimeoutSeconds: number };
}

/**
 * Pods behind one balancer: nginx with the generated gateway configuration.
 *
 * An endpoint is removed by a reload without it. After a reload the old workers keep the connections of *all* pods, until their
 * `worker_shutdown_timeout` cuts them all at once. A balancer keeps them until they end, so here it is as long as a timing can have it.
 */
export class Cluster {
  readonly pods: Pod[] = [];
  /** Every pod there ever was. */
  readonly allPods: Pod[] = [];
  private started = 0;

  private constructor(
    private readonly props: ClusterProps,
    readonly gateway: Nginx,
    private readonly folder: string,
  ) {}

  static async start(props: ClusterProps): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-chat-'));
    folders.add(folder);
    const port = await freePort();
    const starting = Array.from({ length: props.pods }, (_, index) => newPod(props, folder, index));
    // All of them, also when one fails: what is still starting could not be ended.
    await Promise.allSettled(starting);
    const pods = await Promise.all(starting);
    const cluster = new Cluster(props, await startNginx(balancerConf(props, port, pods), port), folder);
    cluster.pods.push(...pods);
    cluster.allPods.push(...pods);
    cluster.started = pods.length;
    return cluster;
  }

  get url(): string {
    return this.gateway.url;
  }

  /** One more pod, and the balancer knows it. */
  async add(): Promise<Pod> {
    const pod = await newPod(this.props, this.folder, this.started);
    this.started += 1;
    this.pods.push(pod);
    this.allPods.push(pod);
    await this.reload();
    return pod;
  }

  /**
   * Deletes a pod. Its endpoint goes when half of what the timing allows for that has passed, as a balancer would be told: in
   * parallel with the hooks.
   */
  async remove(pod: Pod): Promise<void> {
    const detached = this.detach(pod, this.props.timing.endpointDetachSeconds * 500);
    await Promise.all([pod.delete(), detached]);
  }

  /** Takes an endpoint out. */
  async detach(pod: Pod, afterMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    this.pods.splice(this.pods.indexOf(pod), 1);
    if (this.pods.length > 0) await this.reload();
    pod.happened.endpointRemoved = Date.now();
  }

  private reload(): Promise<void> {
    return this.gateway.reload(balancerConf(this.props, this.gateway.port, this.pods));
  }
}

const folders = new Set<string>();

/** Ends every pod; the balancers are ended with the other nginx processes. */
export async function endClusters(): Promise<void> {
  await killAllPods();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** As long as an nginx worker may keep connections. */
const PATIENT = deriveTiming({ drain: Duration.minutes(50) }).workerShutdownTimeoutSeconds;

function balancerConf(
  { timing, affinity = 'clientAddress', gatewayTiming, program }: ClusterProps,
  port: number,
  pods: readonly Pod[],
): string {
  const conf = gatewayConf({
    timing,
    port,
    servers: pods.map((pod) => ({ host: '127.0.0.1', port: pod.port })),
    affinity,
    addressesAppended: 2,
    ...(program === undefined ? {} : { webSocketPaths: ['/ws'] }),
  });
  // No timing that can be derived says this, so it is changed where it was written.
  const seconds = gatewayTiming?.workerShutdownTimeoutSeconds ?? PATIENT;
  return conf.replace(/worker_shutdown_timeout \d+s/, `worker_shutdown_timeout ${seconds}s`);
}

function newPod({ timing, spoil, program }: ClusterProps, folder: string, index: number): Promise<Pod> {
  return startPod({
    name: `chat-${index}`,
    timing,
    folder,
    ...(program === undefined ? {} : { program }),
    ...(spoil === undefined ? {} : { spoil }),
  });
}
