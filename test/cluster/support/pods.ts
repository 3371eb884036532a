import { request } from 'node:http';
import { api, call, watch } from './api';

/** A step that the application logged. */
export interface Step {
  readonly at: number;
  readonly step: string;
  readonly code?: number;
}

/** One pod, from its creation to its end, as a watcher saw it. Milliseconds since the epoch. */
export interface Life {
  readonly name: string;
  readonly uid: string;
  readonly created: number;
  /** Every change of its readiness. */
  readonly readiness: { readonly at: number; readonly ready: boolean }[];
  /** When the API server first said that it is to end. */
  deleted?: number;
  gone?: number;
  address?: string;
  /** The containers that it had, restarts included, by id. */
  readonly containers: Map<string, string>;
  /** What its application logged. */
  readonly steps: Step[];
  restarts: Readonly<Record<string, number>>;
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly Status[];
    readonly initContainerStatuses?: readonly Status[];
  };
}

interface Status {
  readonly name: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly state: { readonly running?: object };
}

/** Watches the pods of a namespace. */
export class PodWatch {
  private readonly all = new Map<string, Life>();
  private readonly followed = new Set<string>();
  private readonly ends: (() => void)[] = [];

  /** @param application the container whose log is read */
  constructor(
    private readonly namespace: string,
    private readonly application: string,
  ) {
    this.ends.push(
      watch(`/api/v1/namespaces/${namespace}/pods`, ({ type, object, at }) => this.see(type, object as Pod, at)),
    );
  }

  /** Every pod there was, in the order of their creation. */
  get lives(): readonly Life[] {
    return [...this.all.values()];
  }

  /** Those that have ended. */
  get ended(): readonly Life[] {
    return this.lives.filter(({ gone }) => gone !== undefined);
  }

  stop(): void {
    for (const end of this.ends) end();
  }

  private see(type: string, { metadata, status }: Pod, at: number): void {
    if (metadata?.uid === undefined) return;
    let life = this.all.get(metadata.uid);
    if (life === undefined) {
      life = {
        name: metadata.name,
        uid: metadata.uid,
        created: at,
        readiness: [],
        containers: new Map(),
        steps: [],
        restarts: {},
      };
      this.all.set(metadata.uid, life);
    }
    if (metadata.deletionTimestamp !== undefined) life.deleted ??= at;
    if (type === 'DELETED') life.gone ??= at;
    if (status.podIP !== undefined) life.address = status.podIP;
    const ready = status.conditions?.find((condition) => condition.type === 'Ready')?.status === 'True';
    if (ready !== (life.readiness.at(-1)?.ready ?? false)) life.readiness.push({ at, ready });
    const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    life.restarts = Object.fromEntries(statuses.map(({ name, restartCount }) => [name, restartCount]));
    for (const { name, containerID, state } of statuses) {
      const id = containerID?.replace(/^containerd:\/\//, '');
      if (id === undefined || id === '') continue;
      life.containers.set(id, name);
      if (name === this.application && state.running !== undefined && !this.followed.has(id)) {
        this.followed.add(id);
        this.follow(life);
      }
    }
  }

  private follow({ name, steps }: Life): void {
    const path = `/api/v1/namespaces/${this.namespace}/pods/${name}/log?follow=true&container=${this.application}`;
    const asked = request(`${api()}${path}`, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          try {
            steps.push(JSON.parse(line) as Step);
          } catch {
            // Something that the application's libraries print.
          }
        }
      });
      response.on('error', () => {});
    });
    asked.on('error', () => {});
    asked.end();
    this.ends.push(() => asked.destroy());
  }
}

/** The names of the pods that are ready now. */
export async function readyPods(namespace: string): Promise<readonly string[]> {
  const { body } = await call('GET', `/api/v1/namespaces/${namespace}/pods`);
  return (JSON.parse(body) as { items: Pod[] }).items
    .filter(({ metadata, status }) =>
      metadata.deletionTimestamp === undefined
        ? status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
        : false,
    )
    .map(({ metadata }) => metadata.name);
}
