import { activeCluster, type KubernetesObject } from '../stand-ins/cluster';
import { valueAt } from '../stand-ins/properties';
import type { Expectations } from './expectation';
import { CONTEXT, SERVER } from './operator';
import { pullRequest } from './workflow';

const replicas = (live: KubernetesObject | undefined) => valueAt(live, 'spec.replicas');
const writeChat = 'node_modules/.bin/tsx test/engine/programs/chat-manifests.ts';

/** What holds after each block, down to the autoscaler. */
export const FIRST_STEPS: Expectations = {
  'First deployment: export PROJECT=my-project ENVIRONMENT=production': {
    holds: async (operator) => {
      expect(await operator.must('echo "$CONTEXT"')).toBe(`${CONTEXT}\n`);
    },
  },
  'First deployment: gcloud services enable': {
    holds: async (operator) => {
      expect(activeCluster({}, operator.bench.env)).toMatchObject({ server: SERVER });
      expect(await operator.must('pulumi stack --show-name')).toBe('production\n');
      expect(operator.bench.read('stacks/Pulumi.production.yaml')).toMatch(/^encryptionsalt: v1:/m);
    },
  },
  'First deployment: pulumi config set gcp:project "$PROJECT"': {
    holds: async (operator) => {
      expect(operator.configuration('production')).toEqual({
        'gcp:project': 'my-project',
        'gcp:region': 'europe-west1',
        'kubernetes:context': CONTEXT,
        'holdfast:clusterId': 'my-project-production',
        'holdfast:cluster': { name: 'chat', location: 'europe-west1' },
        'holdfast:dns': { zone: 'example-com' },
        'holdfast:notifications': { emails: ['oncall@example.com'] },
      });
      expect(await operator.must('git show --stat --format=%s')).toMatch(
        /^Configuration of production\n\n stacks\/Pulumi\.production\.yaml /,
      );
      // Nothing is missing any more.
      expect((await operator.bench.deploy('preview')).said).toEqual([]);
    },
  },
  'First deployment: pulumi preview --diff': {
    given: async (operator) => {
      operator.bench.journal();
    },
    holds: async (operator, { stdout }) => {
      const journal = operator.bench.journal();
      expect(journal.filter((line) => !line.startsWith('create'))).toEqual([]);
      expect(journal).toContain('create projects/my-project/global/addresses/coditect-production-address');
      expect(journal).toContain(`create ${SERVER} StatefulSet coditect-app/coditect-combined`);
      expect(stdout).toContain('\nhttps://coditect.ai\n');
      expect(stdout).toContain('up to 21 min: 3 pods');
      expect(stdout).toContain(
        `\nnpx holdfast doctor https://coditect.ai/theia/socket.io/ --namespace coditect-app --context ${CONTEXT}\n`,
      );
      // A second look finds nothing to do.
      expect(await operator.bench.deploy('preview --expect-no-changes')).toMatchObject({ code: 0, steps: [] });
    },
  },
  'A local cluster: pulumi stack init local': {
    given: async (operator) => {
      operator.addContext('kind-holdfast', 'https://kind.invalid');
    },
    holds: async (operator) => {
      const { bench } = operator;
      expect(bench.journal().filter((line) => !line.startsWith('create https://kind.invalid'))).toEqual([]);
      const kinds = new Set(
        bench
          .cluster('https://kind.invalid')
          .objects()
          .map(({ kind }) => kind),
      );
      expect([...kinds]).toEqual(expect.arrayContaining(['StatefulSet', 'Ingress', 'Pod']));
      expect([...kinds]).not.toContain('BackendConfig');
    },
  },
  'Preview in a pull request: on: pull_request': {
    // A workflow is not typed into a shell.
    run: async (operator, { text }) =>
      pullRequest(operator, text, "sed -i 's/coditect-combined:1.0.0/coditect-combined:1.0.1/' stacks/production.ts"),
    holds: async (operator, { stdout }, { text }) => {
      expect(stdout).toContain('~ 1 to update');
      expect(operator.bench.journal()).toEqual([]);
      // It fails on what the program finds wrong.
      const refused = await pullRequest(operator, text, "sed -i \"s/size: '20Gi'/size: '30Gi'/\" stacks/production.ts");
      expect(refused.code).not.toBe(0);
      expect(refused.text).toContain('spec.volumeClaimTemplates cannot be changed in place');
      // A salt that nobody committed is noticed before anything is opened with a new one.
      const unsalted = await pullRequest(operator, text, "sed -i '/^encryptionsalt:/d' stacks/Pulumi.production.yaml");
      expect(unsalted.code).not.toBe(0);
      expect(unsalted.text).not.toContain('Previewing');
    },
  },
  'An autoscaler, the first time: kubectl apply -f manifests/chat/ && kubectl scale': {
    given: async (operator) => {
      await operator.must(writeChat);
    },
    holds: async (operator) => {
      const live = () => operator.cluster.get('Deployment', 'chat', 'chat');
      expect(replicas(live())).toBe(3);
      // Without the second command there is one.
      operator.cluster.remove('Namespace', undefined, 'chat');
      await operator.must('kubectl apply -f manifests/chat/');
      expect(replicas(live())).toBe(1);
      // And later deployments leave alone what the autoscaler decided.
      operator.cluster.patch(live() as KubernetesObject, { spec: { replicas: 7 } });
      await operator.must('kubectl apply -f manifests/chat/');
      expect(replicas(live())).toBe(7);
    },
  },
  'An autoscaler, the first time: for workload in': {
    given: async (operator) => {
      operator.cluster.remove('Namespace', undefined, 'chat');
      await operator.must(`REPLICAS=3 ${writeChat}\nkubectl apply -f manifests/chat/\n${writeChat}`);
    },
    holds: async (operator) => {
      const live = () => operator.cluster.get('Deployment', 'chat', 'chat');
      expect(replicas(live())).toBe(3);
      // Without it, there is one.
      await operator.must(
        `REPLICAS=3 ${writeChat}\nkubectl apply -f manifests/chat/\n${writeChat}\nkubectl apply -f manifests/chat/`,
      );
      expect(replicas(live())).toBe(1);
      operator.cluster.remove('Namespace', undefined, 'chat');
    },
  },
};
