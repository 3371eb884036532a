import * as fs from 'node:fs';
import * as path from 'node:path';
import type { KubernetesObject } from '../stand-ins/cluster';
import { valueAt } from '../stand-ins/properties';
import { nameIn } from '../support/events';
import { UNTIL_KILLED_SECONDS } from '../support/workbench';
import type { Expectations } from './expectation';
import { CONTEXT, type Operator, SERVER } from './operator';

const NAMESPACE = 'coditect-app';
const SET = 'coditect-combined';
const IN_CLUSTER = `${SERVER} StatefulSet ${NAMESPACE}/${SET}`;
const ADDRESS = 'projects/my-project/global/addresses/coditect-production-address';

const uids = (operator: Operator, kind: string) =>
  operator.cluster.list(kind, NAMESPACE).map(({ metadata }) => metadata.uid);
const theSet = (operator: Operator) => operator.cluster.get('StatefulSet', NAMESPACE, SET) as KubernetesObject;
const imageOf = (operator: Operator) => /"coditect-combined:([^"]+)"/.exec(JSON.stringify(theSet(operator)))?.[1];

/** The next deployment has nothing to do but to forget that it may adopt. */
const NOT_ADOPTING = { code: 0, said: [], steps: ['update pulumi:providers:kubernetes kubernetes'] };

/** What was there before a block, for comparison after it. */
const before: { pods: readonly unknown[]; volumes: readonly string[]; claims: readonly string[] } = {
  pods: [],
  volumes: [],
  claims: [],
};
function remember(operator: Operator): void {
  before.pods = uids(operator, 'Pod');
  before.volumes = operator.names('PersistentVolume');
  before.claims = operator.names('PersistentVolumeClaim');
  operator.bench.journal();
}

/** What holds after each block of what is done later in the life of a stack. */
export const OPERATIONS: Expectations = {
  'Changes that replace: for claim in': {
    given: async (operator) => {
      await operator.must('pulumi stack select production');
      await operator.change('stacks/production.ts', (text) => text.replace("size: '20Gi'", "size: '40Gi'"));
      // What the page warns of: the change alone is refused.
      expect((await operator.bench.deploy('up')).said).toEqual([
        expect.stringContaining('spec.volumeClaimTemplates cannot be changed in place'),
      ]);
      remember(operator);
    },
    holds: async (operator) => {
      const journal = operator.bench.journal().filter((line) => !line.startsWith('update projects/'));
      expect(journal).toEqual([`delete ${IN_CLUSTER}`, `create ${IN_CLUSTER}`]);
      expect(uids(operator, 'Pod')).toEqual(before.pods);
      const claims = operator.cluster.list('PersistentVolumeClaim', NAMESPACE);
      expect(claims.map((claim) => valueAt(claim, 'spec.resources.requests.storage'))).toEqual([
        '40Gi',
        '40Gi',
        '40Gi',
      ]);
      expect(operator.configuration('production')).not.toHaveProperty('holdfast:replacing');
    },
  },
  'Another cluster: export NEW_CONTEXT=': {
    given: async (operator) => {
      operator.addContext('gke_my-project_europe-west1_blue', 'https://blue.gke.invalid');
    },
    holds: async (operator) => {
      const journal = operator.bench.journal();
      expect(journal.filter((line) => !line.startsWith('create https://blue.gke.invalid'))).toEqual([]);
      expect(journal).toContain('create https://blue.gke.invalid StatefulSet coditect-dev/coditect-combined');
    },
  },
  'Adopting objects that `kubectl apply` made: kubectl --context "$CONTEXT" diff': {
    given: async (operator) => {
      await operator.must('pulumi stack select production');
      await operator.forget();
      await operator.must(`npm run --silent synth\nkubectl --context ${CONTEXT} apply -f manifests/production/`);
      // What the page warns of: Pulumi refuses to create what exists.
      expect((await operator.bench.deploy('up')).text).toContain('already exists');
      await operator.forget();
      await operator.must(`kubectl --context ${CONTEXT} apply -f manifests/production/`);
      remember(operator);
    },
    holds: async (operator) => {
      const journal = operator.bench.journal().filter((line) => line.includes(SERVER));
      expect(journal.filter((line) => !line.startsWith('update'))).toEqual([]);
      expect(journal).toContain(`update ${IN_CLUSTER}`);
      expect(uids(operator, 'Pod')).toEqual(before.pods);
      expect(operator.names('PersistentVolume')).toEqual(before.volumes);
      expect(operator.configuration('production')).not.toHaveProperty('holdfast:adoptExisting');
      expect(await operator.bench.deploy('preview')).toMatchObject(NOT_ADOPTING);
    },
  },
  'Adopting objects that `kubectl apply` made: pulumi preview --import-file import.json': {
    given: async (operator) => {
      await operator.forget();
      await operator.must('gcloud compute addresses create coditect-production-address --global --project=my-project');
      // What is imported is of components, and these are of the stack.
      operator.bench.journal();
    },
    holds: async (operator, { stdout }) => {
      expect(operator.bench.journal()).toEqual([]);
      expect(stdout).not.toContain('to replace');
      const [address] = (await operator.bench.state()).filter(({ type }) => type.endsWith(':GlobalAddress'));
      expect(address).toMatchObject({ id: ADDRESS, protect: true, parent: expect.stringMatching(/production-edge$/) });
      // And is deployed with everything else, without being made again.
      expect(await operator.bench.deploy('up')).toMatchObject({ code: 0, failed: [] });
      const journal = operator.bench.journal();
      expect(journal).toContain(`create ${IN_CLUSTER}`);
      expect(journal.filter((line) => line.includes(ADDRESS) && !line.startsWith('update'))).toEqual([]);
    },
  },
  'Rolling back: git revert --no-edit HEAD': {
    given: async (operator) => {
      await operator.change('stacks/production.ts', (text) => text.replace('combined:1.0.0', 'combined:2.0.0'));
      operator.bench.trouble({ refused: { StatefulSet: 'timed out waiting: 2 of 3 pods are ready' } });
      expect((await operator.bench.deploy('up')).failed).toEqual([`update production:${NAMESPACE}/${SET}`]);
      operator.bench.trouble({});
      expect(imageOf(operator)).toBe('2.0.0');
      remember(operator);
    },
    holds: async (operator) => {
      expect(imageOf(operator)).toBe('1.0.0');
      expect(operator.bench.journal()).toEqual([`update ${IN_CLUSTER}`]);
    },
  },
  'Rolling back: kubectl --context "$CONTEXT" --namespace coditect-app delete pod': {
    given: async (operator) => remember(operator),
    holds: async (operator) => {
      const pods = uids(operator, 'Pod');
      expect(pods).toHaveLength(3);
      expect(pods.filter((uid) => !before.pods.includes(uid))).toHaveLength(1);
      expect(operator.names('PersistentVolume')).toEqual(before.volumes);
    },
  },
  'A `pulumi up` that was interrupted: pulumi cancel --yes': {
    given: async (operator) => {
      operator.cluster.remove('StatefulSet', NAMESPACE, SET);
      await operator.must('pulumi refresh --skip-preview');
      operator.bench.trouble({ slow: { StatefulSet: UNTIL_KILLED_SECONDS } });
      await operator.killedUp(() => theSet(operator) !== undefined);
      operator.bench.trouble({});
      // What the page warns of.
      expect((await operator.bench.deploy('up')).text).toContain('the stack is currently locked');
      remember(operator);
    },
    holds: async (operator) => {
      const journal = operator.bench.journal().filter((line) => line.includes(SERVER));
      expect(journal).toEqual([`update ${IN_CLUSTER}`]);
      expect(uids(operator, 'Pod')).toEqual(before.pods);
      expect(operator.configuration('production')).not.toHaveProperty('holdfast:adoptExisting');
      expect(await operator.bench.deploy('preview')).toMatchObject(NOT_ADOPTING);
    },
  },
  'Destroying without losing volumes: for claim in': {
    given: async (operator) => {
      // What the page warns of: alone it refuses.
      expect((await operator.bench.deploy('destroy')).text).toContain('because it is protected');
      remember(operator);
    },
    holds: async (operator) => {
      const volumes = operator.cluster.objects().filter(({ kind }) => kind === 'PersistentVolume');
      const ours = volumes.filter(({ metadata }) => String(metadata.claim).startsWith(`${NAMESPACE}/`));
      expect(ours.map((volume) => valueAt(volume, 'spec.persistentVolumeReclaimPolicy'))).toEqual([
        'Retain',
        'Retain',
        'Retain',
      ]);
    },
  },
  'Destroying without losing volumes: set=': {
    holds: async (operator) => {
      expect(theSet(operator)).toBeUndefined();
      const left = (await operator.bench.state()).filter(({ protect }) => protect === true);
      expect(left.map(({ urn }) => nameIn(urn)).sort()).toEqual([
        'kubernetes',
        'production-backup',
        'production-edge-address',
        `production:${NAMESPACE}`,
      ]);
      expect(operator.names('PersistentVolumeClaim')).toEqual(before.claims);
      // Making it again finds them.
      await operator.must('pulumi up');
      expect(theSet(operator)).toBeDefined();
      expect(operator.names('PersistentVolumeClaim')).toEqual(before.claims);
      expect(operator.names('PersistentVolume')).toEqual(before.volumes);
    },
  },
  "As a library: import { Instance } from '@pulumi/gcp/redis/instance';": {
    // A program of somebody else, where `holdfast` is the package.
    run: async (operator, { text }) => {
      const { bench } = operator;
      const paths = { holdfast: ['./lib/index.ts'], 'holdfast/pulumi': ['./lib/pulumi/index.ts'] };
      bench.edit(
        [
          'tsconfig.json',
          (config) =>
            JSON.stringify({
              ...JSON.parse(config),
              compilerOptions: { ...JSON.parse(config).compilerOptions, paths },
            }),
        ],
        [
          'Pulumi.yaml',
          (settings) => `${settings.replace(/^main: .*$/m, 'main: chat.ts')}    nodeargs: --import tsx\n`,
        ],
      );
      fs.writeFileSync(path.join(bench.project, 'chat.ts'), text);
      operator.addContext('chat-production', 'https://library.invalid');
      bench.journal();
      return operator.type('pulumi stack init chat\npulumi config set gcp:project "$PROJECT"\npulumi up');
    },
    holds: async (operator) => {
      const journal = operator.bench.journal();
      expect(journal).toContain('create https://library.invalid Namespace chat');
      expect(journal).toContain('create https://library.invalid Deployment chat/chat');
      expect(await operator.bench.deploy('preview --expect-no-changes')).toMatchObject({ code: 0, steps: [] });
    },
  },
};
