import { Duration } from 'cdk8s';
import { deriveTiming, type TimingProps } from '../../lib/timing';
import { LEAST_STOP_SECONDS } from '../../lib/timing/fixed';
import { production } from '../../stacks/production';
import { mixed } from '../live/support/swarm';
import { addresses, newSwarm } from './support/clients';
import { apply, deleteNamespaces, kubectl, kubectlInBackground, needsNode, sleep, until } from './support/cluster';
import { flood } from './support/flood';
import { measured } from './support/measured';
import { Patient } from './support/patient';
import { HURRIED, manifestsOf, SHORT, type SystemProps } from './support/systems';

const timing = deriveTiming(SHORT);

/** A probe fails as often as it must, and each takes its time to fail. */
const DETECTED_SECONDS = HURRIED.livenessProbe.periodSeconds * 3 + HURRIED.livenessProbe.timeoutSeconds;
/** A pod that is deleted has its grace period to end in. */
const ENDED_SECONDS = timing.terminationGracePeriodSeconds;
/** What a probe condemned has less: the grace period of the probe, in which its hook only waits, and the kubelet's 2 s after the stop signal. */
const CONDEMNED_SECONDS = (timing.livenessProbe.terminationGracePeriodSeconds ?? Number.NaN) + LEAST_STOP_SECONDS;
/** Images are there; what starts is a process on two cores that another suite shares, looked at every second, after the kubelet's own pause of 10 s between restarts. What it took stands in docs/measured.md. */
const STARTED_SECONDS = 30;

/** A grace period so long that a pod which keeps it, although a probe has condemned it, is late. */
const LONG_GRACE = { ...SHORT, margin: Duration.seconds(90) };

/** Sessions that a proxy takes where it is to be flooded by what one process can open. */
const FEW = 500;

interface Fault {
  readonly name: string;
  readonly namespace: string;
  /** @default SHORT */
  readonly timing?: TimingProps;
  readonly server?: SystemProps['server'];
  /** It happens to the last one, with which a rollout begins. @default 1 */
  readonly replicas?: number;
  /** Does it; what it returns is how the pod looked in the meantime. */
  readonly happen: (patient: Patient) => Promise<unknown>;
  /** What must have become of the pod before it counts as recovered. */
  readonly struck: 'nginx restarted' | 'application restarted' | 'replaced' | 'nothing';
  readonly withinSeconds: number;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'nginx is frozen',
    namespace: 'nginx-frozen',
    timing: LONG_GRACE,
    happen: (patient) => patient.signal('nginx', 'STOP'),
    struck: 'nginx restarted',
    withinSeconds: DETECTED_SECONDS + CONDEMNED_SECONDS + STARTED_SECONDS,
  },
  {
    name: 'the application is frozen',
    namespace: 'app-frozen',
    timing: LONG_GRACE,
    happen: (patient) => patient.signal(patient.namespace, 'STOP'),
    struck: 'application restarted',
    withinSeconds: DETECTED_SECONDS + CONDEMNED_SECONDS + STARTED_SECONDS,
  },
  {
    name: 'nginx is killed',
    namespace: 'nginx-killed',
    happen: (patient) => patient.signal('nginx', 'KILL'),
    struck: 'nginx restarted',
    withinSeconds: STARTED_SECONDS,
  },
  {
    name: 'the application is killed',
    namespace: 'app-killed',
    happen: (patient) => patient.signal(patient.namespace, 'KILL'),
    struck: 'application restarted',
    withinSeconds: STARTED_SECONDS,
  },
  {
    name: 'a drain flag is left behind',
    namespace: 'flag-left',
    happen: async (patient) => {
      patient.exec('nginx', 'touch /tmp/drain');
      await patient.signal('nginx', 'KILL');
    },
    struck: 'nginx restarted',
    withinSeconds: STARTED_SECONDS,
  },
  {
    name: 'the application is killed while the flag is up',
    namespace: 'killed-draining',
    happen: async (patient) => {
      // Without connections it is gone as soon as it is told to end, and nothing would be left to kill.
      const swarm = newSwarm();
      try {
        const url = `http://${await patient.address()}:8080`;
        await swarm.connect(url, mixed({ websocket: 5 }), { path: '/theia/socket.io/' }, addresses(41));
        await swarm.settled(30_000);
        kubectl(['delete', 'pod', patient.pod, `--namespace=${patient.namespace}`, '--wait=false']);
        await sleep((timing.preStopSeconds + 1) * 1000);
        await patient.signal(patient.namespace, 'KILL');
      } finally {
        swarm.kill();
      }
    },
    struck: 'replaced',
    withinSeconds: ENDED_SECONDS + STARTED_SECONDS,
  },
  {
    name: 'the application is out of memory',
    namespace: 'out-of-memory',
    happen: async (patient) => {
      const into = ['exec', patient.pod, `--namespace=${patient.namespace}`];
      // It gets no answer.
      kubectlInBackground([...into, '--', 'wget', '-q', '-O-', 'http://127.0.0.1:3000/eat']);
    },
    struck: 'application restarted',
    withinSeconds: STARTED_SECONDS,
  },
  {
    name: 'the volume is full, until somebody makes room',
    namespace: 'volume-full',
    happen: async (patient) => {
      // Again and again: a check that was under way gives the place of its own file back.
      const fill = 'for i in 1 2 3 4; do dd if=/dev/zero bs=4k >>/home/theia/fill 2>/dev/null; sleep 0.2; done';
      patient.exec(patient.namespace, fill);
      const health = () => patient.exec(patient.namespace, 'wget -q -O- http://127.0.0.1:3000/health 2>&1 || true');
      expect(health()).toContain('503');
      // Longer than a liveness probe that asked for the volume would bear.
      await sleep((DETECTED_SECONDS + 2) * 1000);
      expect(health()).toContain('503');
      // Somebody makes room.
      patient.exec(patient.namespace, 'rm /home/theia/fill');
      expect(health()).toContain('healthy');
    },
    struck: 'nothing',
    withinSeconds: STARTED_SECONDS,
  },
  {
    name: 'the pod is deleted by force',
    namespace: 'forced',
    happen: async (patient) => {
      kubectl([
        'delete',
        'pod',
        patient.pod,
        `--namespace=${patient.namespace}`,
        '--force',
        '--grace-period=0',
        '--wait=false',
      ]);
    },
    struck: 'replaced',
    withinSeconds: STARTED_SECONDS,
  },
  {
    name: 'the proxy is flooded',
    namespace: 'flooded',
    server: { proxy: { ...production.server.proxy, addressesAppended: 2, maxConnections: FEW } },
    happen: async (patient) => {
      const path = '/theia/socket.io/?EIO=4&transport=websocket';
      // Several times as many as its workers had places for if they took everybody in, for longer than a liveness probe would bear.
      const url = `http://${await patient.address()}:8080${path}`;
      const answers = await flood(url, 2 * DETECTED_SECONDS, 12 * FEW);
      expect(answers['101']).toBeGreaterThan(FEW / 2);
      expect(answers['503']).toBeGreaterThan(FEW);
    },
    struck: 'nothing',
    withinSeconds: STARTED_SECONDS,
  },
  {
    name: 'a pod never becomes ready in the middle of a rollout, which is rolled back, and the pod deleted',
    namespace: 'never-ready',
    replicas: 2,
    happen: async (patient) => {
      const set = `statefulset/${patient.namespace}`;
      const other = new Patient(patient.namespace);
      await until('both pods are ready', 120, async () => (await other.look()).ready && (await patient.look()).ready);
      const before = await other.look();
      kubectl(['set', 'env', set, 'CHAT_FOLDER=/nowhere', `--namespace=${patient.namespace}`]);
      await until('the new pod fails', 60, async () => /[1-9]/.test((await patient.look()).restarts));
      // The rollout goes no further.
      expect(await other.look()).toEqual(before);
      kubectl(['rollout', 'undo', set, `--namespace=${patient.namespace}`]);
      // A StatefulSet waits for the pod that never becomes ready before it makes another of it: its documented way back.
      kubectl(['delete', 'pod', patient.pod, `--namespace=${patient.namespace}`, '--wait=false']);
    },
    struck: 'replaced',
    withinSeconds: ENDED_SECONDS + STARTED_SECONDS,
  },
];

interface Recovery {
  readonly seconds: number;
  readonly before: string;
  readonly after: string;
  readonly restartedBy: 'rollout restart';
}

needsNode('after a fault the pod is ready again without help, and a rollout goes through', () => {
  const outcomes = new Map<string, Promise<Recovery>>();

  beforeAll(async () => {
    for (const { namespace, timing: its = SHORT, server, replicas = 1 } of FAULTS)
      apply(manifestsOf({ namespace, timing: its, server: { ...server, name: namespace, replicas } }));
    for (const fault of FAULTS) {
      const outcome = recover(fault);
      // Judged by its own test.
      outcome.catch(() => {});
      outcomes.set(fault.name, outcome);
    }
    await Promise.allSettled(outcomes.values());
  }, 400_000);

  afterAll(() => deleteNamespaces(...FAULTS.map(({ namespace }) => namespace)));

  test.each(FAULTS)('$name', async ({ name, namespace, struck, withinSeconds }) => {
    const recovery = await outcomes.get(name);
    measured(`fault-${namespace}`, { fault: name, withinSeconds, ...recovery }, [
      `${recovery?.seconds.toFixed(1)} s, at most ${withinSeconds} s; ${recovery?.after}`,
    ]);
    expect(recovery?.seconds).toBeLessThan(withinSeconds);
    if (struck === 'nothing') expect(recovery?.after).toBe(recovery?.before);
  });
});

/** Lets a fault happen to a ready system, and waits until it is ready again for good. */
async function recover({ namespace, replicas = 1, happen, struck, withinSeconds }: Fault): Promise<Recovery> {
  const patient = new Patient(namespace, replicas - 1);
  await until(`${namespace} is ready`, 180, async () => (await patient.look()).ready);
  const before = await patient.look();
  await happen(patient);
  const began = Date.now();
  const was = (container: string, restarts: string) => Number(new RegExp(`${container} (\\d+)`).exec(restarts)?.[1]);
  const hit = (now: { uid: string; restarts: string }) => {
    if (struck === 'replaced') return now.uid !== '' && now.uid !== before.uid;
    if (struck === 'nothing') return true;
    const container = struck === 'nginx restarted' ? 'nginx' : namespace;
    return was(container, now.restarts) > was(container, before.restarts);
  };
  let since = 0;
  // Twice as long as it may take: how late it was is worth knowing.
  await until(`${namespace} is ready again`, withinSeconds * 2, async () => {
    const now = await patient.look();
    if (!(now.ready && hit(now))) since = 0;
    else if (since === 0) since = Date.now();
    // Ready for a while: a pod that is about to be restarted again is ready, too.
    return since > 0 && Date.now() - since > 4000;
  });
  const after = await patient.look();
  await patient.restart();
  return {
    seconds: (since - began) / 1000,
    before: before.restarts,
    after: after.restarts,
    restartedBy: 'rollout restart',
  };
}
