import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { diagnose, examineCluster, OBSERVATIONS, saveRecording } from '../../lib/doctor';
import { Bundle } from '../../lib/manifest';
import { PAPERS, systemsOnPaper, ticked } from '../../lib/papers';
import { itemsOf } from '../../lib/papers/checklists';
import { RULES } from '../../lib/rules';
import { holdfastIn } from '../cli/terminal';
import { healthy, type Objects, pod } from '../doctor/inside/healthy-objects';
import { MemoryCluster, OPTIONS } from '../doctor/inside/memory-cluster';
import { absent } from '../doctor/inside/transcript';

async function look(change: (objects: Objects) => void = () => {}) {
  const objects = healthy();
  change(objects);
  const cluster = await new MemoryCluster(objects).start();
  try {
    return await examineCluster({ cluster, target: {}, edge: false, run: absent }, OPTIONS);
  } finally {
    cluster.close();
  }
}

const state = (items: ReturnType<typeof ticked>, holds: string) => items.find((item) => item.holds.startsWith(holds));

test('there is one list: what the doctor ticks stands on the paper, in the same order and the same words', async () => {
  const [system] = systemsOnPaper(new Bundle(Object.values(healthy()).filter(({ kind }) => kind !== 'Pod')));
  const page = PAPERS.find(({ name }) => name === 'checklists')?.write(system as never) ?? '';
  const recording = await look();
  const told = [...ticked('pre', diagnose(recording)), ...ticked('post', diagnose(recording))];
  const onPaper = [...page.matchAll(/^- \[ \] (.*?): /gm)].map(([, holds]) => holds);
  expect(told.map(({ holds }) => holds)).toEqual(onPaper);
});

test('what ticks an item exists', () => {
  for (const { tick } of [...itemsOf('pre'), ...itemsOf('post')]) {
    for (const id of tick?.observations ?? []) expect(OBSERVATIONS.map((kind) => kind.id)).toContain(id);
    if (Array.isArray(tick?.rules))
      for (const code of tick.rules) expect(RULES.map((rule) => rule.code)).toContain(code);
  }
});

test('a healthy system: what the doctor sees is ticked with evidence, the rest says how to look', async () => {
  const items = ticked('pre', diagnose(await look()));
  expect(state(items, 'Nothing is wrong now')).toMatchObject({ state: 'holds', evidence: 'the doctor names no cause' });
  expect(state(items, 'No pod is missing')).toMatchObject({ state: 'holds', evidence: '3 of 3 pods are ready' });
  expect(state(items, 'The way back is known')).toEqual({
    holds: 'The way back is known',
    state: 'open',
    evidence: 'by hand: `kubectl -n chat rollout history statefulset/chat`',
  });
  const after = ticked('post', diagnose(await look()));
  expect(state(after, 'It answers from outside')?.state).toBe('open');
  expect(state(after, 'Sessions hold')?.state).toBe('open');
  expect(state(after, 'No container was killed')?.state).toBe('holds');
});

test('what does not hold is said with what shows it', async () => {
  const recording = await look((objects) => {
    const last = {
      terminated: {
        reason: 'OOMKilled',
        exitCode: 137,
        startedAt: '2026-11-27T11:00:00Z',
        finishedAt: '2026-11-27T11:58:00Z',
      },
    };
    const status = { name: 'chat', ready: false, restartCount: 1, state: { running: {} }, lastState: last };
    objects['chat-1'] = pod('chat-1', { ready: false, status: { containerStatuses: [status] } });
  });
  const before = ticked('pre', diagnose(recording));
  expect(state(before, 'Nothing is wrong now')).toMatchObject({
    state: 'fails',
    evidence: expect.stringContaining('WS524'),
  });
  expect(state(before, 'No pod is missing')).toMatchObject({ state: 'fails', evidence: '2 of 3 pods are ready' });
  expect(state(ticked('post', diagnose(recording)), 'No container was killed')).toMatchObject({
    state: 'fails',
    evidence: expect.stringContaining('OOMKilled'),
  });
});

test('on the command line: ticked from a saved look, and refused beside anything else', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-ticked-'));
  try {
    const file = path.join(folder, 'evidence.jsonl');
    saveRecording(file, await look());
    const { code, out } = await holdfastIn(folder, 'doctor', '--from', file, '--checklist', 'pre');
    expect(out).toMatch(/^Before a deployment: \S+\n\n\[.\] The manifests hold what they promise\n/);
    expect(out).toContain('[x] No pod is missing\n      3 of 3 pods are ready\n');
    expect(code).toBe(out.includes('[!]') ? 1 : 0);
    const both = await holdfastIn(folder, 'doctor', '--from', file, '--checklist', 'pre', '--format', 'json', '--plan');
    expect(both.code).toBe(2);
    expect(both.err).toContain('leave out --format json, --plan');
    const outside = path.join(__dirname, '../doctor/evidence/healthy-cookie.jsonl');
    expect((await holdfastIn(folder, 'doctor', '--from', outside, '--checklist', 'post')).err).toContain(
      '--checklist post is ticked with what the cluster shows; give its namespace with -n <name>',
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
