import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  apply,
  type Change,
  type Diagnosis,
  diagnose,
  examineCluster,
  type Outcome,
  observe,
  plan,
  rolls,
  UndoRecords,
} from '../../../lib/doctor';
import { type Manifest, valueAt } from '../../../lib/manifest';
import { healthy, NOW, type Objects } from './healthy-objects';
import { MemoryCluster, OPTIONS } from './memory-cluster';
import { absent } from './transcript';

export let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-undo-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

export const look = (cluster: MemoryCluster) =>
  examineCluster({ cluster, target: {}, edge: false, run: absent }, OPTIONS);

/** A cluster with a fault, and what the doctor makes of it. */
export async function broken(
  change: (objects: Objects) => void,
  work: (cluster: MemoryCluster, diagnosis: Diagnosis) => Promise<void>,
): Promise<void> {
  const objects = healthy();
  change(objects);
  const cluster = await new MemoryCluster(objects).start();
  try {
    await work(cluster, diagnose(await look(cluster)));
  } finally {
    cluster.close();
  }
}

export function fixed(
  cluster: MemoryCluster,
  change: Change,
  more: Partial<Parameters<typeof apply>[1]> = {},
): Promise<Outcome> {
  return apply(change, {
    cluster,
    records: new UndoRecords(folder),
    signal: new AbortController().signal,
    say: () => {},
    everyMs: 10,
    now: () => new Date(NOW),
    stillSeen: async (ids) =>
      observe(await look(cluster))
        .filter(({ id, outcome }) => ids.includes(id) && outcome === 'yes')
        .map(({ said }) => said),
    rolling: async () => rolls(await look(cluster)),
    ...more,
  });
}

export const mistyped = (objects: Objects): void => {
  (objects.service as unknown as { spec: object }).spec = {
    ...(objects.service?.spec as object),
    selector: { app: 'chatt' },
  };
  (objects.slice as unknown as { endpoints: unknown[] }).endpoints = [];
};

/** What a controller does when the selector is right again. */
export const endpointsFollow = (cluster: MemoryCluster): void => {
  const whole = healthy().slice as Manifest;
  cluster.react = (objects) => {
    const right = valueAt(objects.service, ['spec', 'selector', 'app']) === 'chat';
    objects.slice = right ? whole : { ...whole, endpoints: [] };
  };
};

export const one = (diagnosis: Diagnosis): Change => {
  const { changes } = plan(diagnosis);
  expect(changes).toHaveLength(1);
  return changes[0] as Change;
};

export const records = () => fs.readdirSync(folder).sort();
