import { call } from './support/api';
import { askedThere } from './support/clients';
import { apply, deleteNamespaces, needsNode, sleep, until, waitReady } from './support/cluster';
import { measured } from './support/measured';
import { containerOf, signal, stopComponent } from './support/node';
import { Patient } from './support/patient';
import { manifestsOf } from './support/systems';

/** How long the API server is away. */
const AWAY_SECONDS = 60;
/** How long after that every pod is known to be what it is: measured between 60 and 120 on two busy cores. */
const HEARD_AGAIN_SECONDS = 180;
/** Controllers that were away as well take a while to notice that they heard nothing of a node: ready is who stays so for this long. */
const STAYS_SECONDS = 30;

/** Since when it is ready without a break. */
async function readyToStay(one: Patient, withinSeconds: number): Promise<number> {
  let since = Number.NaN;
  await until(`${one.namespace} is ready, and stays so`, withinSeconds + STAYS_SECONDS, async () => {
    if (!(await one.look()).ready) since = Number.NaN;
    else if (Number.isNaN(since)) since = Date.now();
    return Date.now() - since >= STAYS_SECONDS * 1000;
  });
  return since;
}

/** No other suite runs beside this one (support/environment.ts). */
needsNode('the API server is away for a minute', () => {
  const [untouched, struck] = [new Patient('api-away'), new Patient('api-away-struck')];
  const namespaces = [untouched.namespace, struck.namespace];

  beforeAll(async () => {
    for (const namespace of namespaces) apply(manifestsOf({ namespace, server: { name: namespace, replicas: 1 } }));
    await Promise.all(namespaces.map((namespace) => waitReady(namespace, `statefulset/${namespace}`, 120)));
  }, 150_000);

  afterAll(() => deleteNamespaces(...namespaces));

  test('what runs serves, what dies comes back, and rollouts go on when it is back', async () => {
    const [before, beforeStrike] = [await untouched.look(), await struck.look()];
    const urls = await Promise.all([untouched, struck].map(async (one) => `http://${await one.address()}:8080/ready`));
    const nginx = await containerOf(struck.namespace, struck.pod, 'nginx');
    const start = await stopComponent('apiserver');
    const began = Date.now();
    const answers: string[][] = [];
    try {
      signal('KILL', nginx);
      for (; Date.now() - began < AWAY_SECONDS * 1000; await sleep(2000))
        answers.push(await Promise.all(urls.map(askedThere)));
    } finally {
      start();
    }
    const back = Date.now();
    expect(answers.length).toBeGreaterThan(5);
    expect(new Set(answers.map(([first]) => first))).toEqual(new Set(['ready']));
    // The kubelet needs nobody to start a container again.
    expect(answers.at(-1)?.[1]).toBe('ready');
    await until(
      'the API server answers',
      60,
      async () => (await call('GET', '/readyz').catch(() => undefined))?.status === 200,
    );
    // Controllers take pods of a node that they did not hear of for unready, until its kubelet has told of every one of them again.
    const withinSeconds = HEARD_AGAIN_SECONDS;
    const since = await Promise.all([struck, untouched].map((one) => readyToStay(one, withinSeconds)));
    const seconds = (Math.max(...since) - back) / 1000;
    expect(await untouched.look()).toEqual(before);
    const after = await struck.look();
    expect(after).toMatchObject({ uid: beforeStrike.uid, ready: true });
    expect(after.restarts).not.toBe(beforeStrike.restarts);
    measured('fault-api-server', {
      fault: `the API server is away for ${AWAY_SECONDS} s, and nginx is killed meanwhile`,
      withinSeconds,
      seconds,
    });
    await Promise.all([untouched, struck].map((one) => one.restart()));
  }, 600_000);
});
