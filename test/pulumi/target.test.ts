import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Problems } from '../../lib/input';
import { readTarget } from '../../stacks/pulumi-target';

const { KUBECONFIG } = process.env;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-target-'));
const missing = path.join(folder, 'missing');
const empty = path.join(folder, 'empty');

beforeAll(() => {
  fs.writeFileSync(empty, '');
  process.env.KUBECONFIG = [missing, empty, folder].join(path.delimiter);
});
afterAll(() => {
  if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = KUBECONFIG;
  fs.rmSync(folder, { recursive: true });
});

const TEXT =
  'contexts: [{ name: c, context: { cluster: c } }]\nclusters: [{ name: c, cluster: { server: "https://c.invalid" } }]';

/** The problems with a cluster, and where it is. */
function read(kubeContext: string | undefined, kubeconfig?: string) {
  const problems = new Problems();
  const target = readTarget(problems, { kubeContext, kubeconfig, project: 'p' });
  return { found: problems.found, server: target?.server };
}

test('Fails without a kubeconfig with what is wrong with each file, and what to do', () => {
  expect(read('c').found).toEqual([
    `kubernetes:context: "c" is set, and there is no kubeconfig that could say where that is: ${missing} is not there, ${empty} holds no kubeconfig, ${folder} cannot be read (EISDIR); ` +
      'let gcloud write it: gcloud container clusters get-credentials <cluster> --region=<region> --project=p, or: export KUBECONFIG=<file>, ' +
      'or: pulumi config set --secret kubernetes:kubeconfig < <file>',
  ]);
});

test('Fails for the path of a kubeconfig in the place of its text, without repeating what is secret', () => {
  expect(read('c', '/home/me/.kube/config').found).toEqual([
    'kubernetes:kubeconfig: is not the text of a kubeconfig, which is YAML with contexts and clusters; run: pulumi config set --secret kubernetes:kubeconfig < <file>',
  ]);
});

test('Fails for a kubeconfig that chooses no context where the configuration chooses none', () => {
  expect(read(undefined, TEXT).found).toEqual([
    'kubernetes:kubeconfig: has no current-context; run: pulumi config set kubernetes:context <context> (there are c)',
  ]);
});

test('Is the cluster of the text in the configuration, whatever files there are', () => {
  expect(read('c', TEXT)).toEqual({ found: [], server: 'https://c.invalid' });
  expect(read(undefined, `current-context: c\n${TEXT}`)).toEqual({ found: [], server: 'https://c.invalid' });
});
