import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { disrupt, disruptionText, podsMeant, render, targetAt, View, went } from '../../lib/doctor';
import { table } from '../../scripts/markdown';
import { judgeNodeNoMore } from './machine/policies';
import { apply, deleteNamespaces, kubectl, needsNode, until, waitReady } from './support/cluster';
import { look, named, open, short, withSystem } from './support/doctor';
import { FAULTS, into } from './support/doctor-faults';
import { measured } from './support/measured';
import { Patient } from './support/patient';
import { manifestsOf } from './support/systems';

/** Long enough for the kubelet and the controllers to do what they do after a fault. */
const THERE_SECONDS = 90;

/** How often each fault is done, on a system of its own each time. One time after the other: the node has no room for more. */
const RUNS = Number(process.env.HOLDFAST_DOCTOR_RUNS ?? 1);
/** Looks at a healthy system. */
const HEALTHY = RUNS > 1 ? 10 : 3;

needsNode('the doctor in the cluster', () => {
  let healthyLooks = 0;
  const first = new Map<string, number>(FAULTS.map(({ name }) => [name, 0]));

  test(
    'names nothing on a healthy system, draws every hop, asks the API server at most 60 times, and calls a rollout a rollout',
    () =>
      withSystem('doctor-healthy', short('doctor-healthy'), async (patient) => {
        for (let i = 0; i < HEALTHY; i += 1) {
          const { diagnosis, calls } = await look('doctor-healthy');
          expect(named(diagnosis)).toEqual([]);
          const text = render(diagnosis, 'text');
          expect(text).toMatch(/doctor-healthy-0:8080 nginx +√ 2\/2 +√ 2\/2 +– +√ 1\/1/);
          expect(text).toMatch(/doctor-healthy-0:3000 doctor-healthy +√ 2\/2 +√ 2\/2 +– +√ 1\/1/);
          expect(calls).toBeLessThanOrEqual(60);
          healthyLooks += 1;
        }
        kubectl(['rollout', 'restart', 'statefulset/doctor-healthy', into(patient)]);
        let notes: readonly string[] = [];
        await until('the rollout is seen', 30, async () => {
          const { diagnosis } = await look('doctor-healthy');
          expect(named(diagnosis)).toEqual([]);
          notes = diagnosis.notes;
          return notes.some((note) => note.startsWith('a rollout is under way: StatefulSet doctor-healthy'));
        });
      }),
    400_000,
  );

  describe.each(Array.from({ length: RUNS }, (_none, run) => run + 1))(
    'after a fault in each system, run %i',
    (run) => {
      const systems = FAULTS.map((fault, i) => ({ ...fault, patient: new Patient(`doctor-${i}-${run}`) }));

      // At once: what takes time is what the kubelet waits for.
      beforeAll(async () => {
        for (const { patient, manifests = short } of systems) apply(manifests(patient.namespace));
        for (const { patient, happen } of systems) {
          if (happen === undefined) continue;
          await waitReady(patient.namespace, `statefulset/${patient.namespace}`, 240);
          expect([patient.namespace, ...named((await look(patient.namespace)).diagnosis)]).toEqual([patient.namespace]);
        }
        await Promise.all(systems.map(({ patient, happen }) => happen?.(patient)));
      }, 600_000);

      afterAll(() => {
        judgeNodeNoMore();
        deleteNamespaces(...systems.map(({ patient }) => patient.namespace));
      }, 200_000);

      test.each(systems)(
        '$name: $code first',
        async ({ name, code, said, well, there, patient }) => {
          await until(`${name}: it is there`, THERE_SECONDS, async () => there(patient));
          // One look: whoever is called looks once.
          const { diagnosis } = await look(patient.namespace);
          const because = diagnosis.named[0]?.because.map((one) => one.said).join('\n') ?? '';
          if (diagnosis.named[0]?.cause.code !== code || !said.test(because))
            throw new Error(`${code} is not named first, because of ${said}:\n${render(diagnosis, 'text')}`);
          if (well !== undefined) expect(render(diagnosis, 'text')).toMatch(well);
          first.set(name, (first.get(name) ?? 0) + 1);
        },
        300_000,
      );
    },
  );

  afterAll(() => {
    const rows = FAULTS.map(({ name, code }) => ({ fault: name, cause: code, first: first.get(name) ?? 0, of: RUNS }));
    measured(
      'doctor',
      { healthy: healthyLooks, rows },
      rows.map(({ fault, cause, ...row }) => `${fault}: ${cause} first in ${row.first} of ${row.of}`),
    );
    if (process.env.HOLDFAST_DOCTOR_PAGE === '1') writePage(rows, healthyLooks);
  });

  test('measures the drain of a pod: its sockets end as the timing predicts, and those of the other pod stay', () => {
    const namespace = 'doctor-drained';
    const manifests = manifestsOf({ namespace, server: { name: namespace, replicas: 2 } });
    return withSystem(namespace, manifests, async () => {
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

interface Row {
  readonly fault: string;
  readonly cause: string;
  readonly first: number;
  readonly of: number;
}

/** Writes what was counted between the marks in docs/doctor.md. */
function writePage(rows: readonly Row[], healthy: number): void {
  const page = join(__dirname, '../../docs/doctor.md');
  const counted = table(
    ['fault', 'cause', 'named first'],
    rows.map(({ fault, cause, ...row }) => [fault, cause, `${row.first} of ${row.of}`]),
  );
  const block = `<!-- on-the-cluster -->\n${counted}\nNothing was named in ${healthy} looks at a healthy system, and a rollout was called one.\n<!-- /on-the-cluster -->`;
  const text = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    text.replace(/<!-- on-the-cluster -->[\s\S]*<!-- \/on-the-cluster -->/, () => block),
  );
}
