import * as fs from 'node:fs';
import * as path from 'node:path';
import { load } from 'js-yaml';
import { type Ran, ROOT } from '../support/workbench';
import type { Operator } from './operator';

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

interface Workflow {
  readonly on: unknown;
  readonly jobs: Readonly<Record<string, { readonly env: Readonly<Record<string, string>>; readonly steps: Step[] }>>;
}

/** What the repository on GitHub is told: its variables, its secrets and the pull request. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  'secrets.PULUMI_CONFIG_PASSPHRASE': 'correct horse battery staple',
  'github.base_ref': 'main',
  'vars.IDENTITY_PROVIDER': 'projects/1/locations/global/workloadIdentityPools/github/providers/github',
  'vars.PREVIEWER': 'previewer@my-project.iam.gserviceaccount.com',
  'vars.CLUSTER_NAME': 'chat',
  'vars.CLUSTER_REGION': 'europe-west1',
};

/** What each action does here, and the inputs that it has. */
const ACTIONS: Readonly<
  Record<string, { readonly inputs: readonly string[]; readonly run: (given: Record<string, string>) => string }>
> = {
  // The runner has checked out already: the test needs the folder before the first step.
  'actions/checkout@v4': { inputs: ['fetch-depth'], run: () => '' },
  // Nobody asks for credentials here.
  'google-github-actions/auth@v2': { inputs: ['workload_identity_provider', 'service_account'], run: () => '' },
  'google-github-actions/get-gke-credentials@v2': {
    inputs: ['cluster_name', 'location'],
    run: ({ cluster_name: name, location }) =>
      `gcloud container clusters get-credentials '${name}' --region='${location}' --project=my-project`,
  },
  'pulumi/actions@v6': {
    inputs: ['command', 'stack-name', 'cloud-url', 'comment-on-pr', 'config-map'],
    run: ({ command, 'stack-name': stack, 'cloud-url': url, 'config-map': map = '{}' }) => {
      const values = load(map) as Record<string, { readonly value: string; readonly secret: boolean }>;
      const sets = Object.entries(values).map(
        ([key, { value, secret }]) =>
          `pulumi config set --stack '${stack}' ${secret ? '--secret' : ''} ${key} '${value}'`,
      );
      return [
        `export PULUMI_BACKEND_URL='${url}'`,
        ...sets,
        `pulumi ${command} --stack '${stack}' --non-interactive`,
      ].join('\n');
    },
  },
};

/** Runs the workflow of a pull request that changes the repository by `change`, each time on a runner that has nothing. */
export async function pullRequest(operator: Operator, text: string, change: string): Promise<Ran> {
  const { bench } = operator;
  const runner = fs.mkdtempSync(path.join(bench.folder, 'runner-'));
  const workflow = load(text) as Workflow;
  if (workflow.on !== 'pull_request') throw new Error('the workflow is not one of pull requests');
  const job = Object.values(workflow.jobs)[0];
  if (job === undefined) throw new Error('the workflow has no job');
  const env = Object.fromEntries(Object.entries(job.env).map(([name, value]) => [name, filledIn(value, bench.env)]));
  const steps = job.steps.map((step) => filledIn(commandOf(step), bench.env));
  const script = [
    `git clone --quiet '${bench.project}' '${runner}/checkout'`,
    `cd '${runner}/checkout'`,
    change,
    "git commit --quiet --all --message 'The change of the pull request'",
    ...steps,
  ];
  // Without what a workbench gives every command: the workflow has to say it.
  const nothing = {
    CI: 'true',
    PULUMI_BACKEND_URL: '',
    PULUMI_CONFIG_PASSPHRASE: '',
    KUBECONFIG: `${runner}/kubeconfig`,
  };
  return bench.run(script.join('\n'), { ...nothing, ...env });
}

function commandOf({ run, uses, with: given = {} }: Step): string {
  // The packages that the lock names are those of this checkout, and there is no registry.
  if (run === 'npm ci') return `ln -s '${path.join(ROOT, 'node_modules')}' node_modules`;
  // As a runner does: a shell of its own that ends at the first error.
  if (run !== undefined) return `(set -e\n${run}\n)`;
  const action = ACTIONS[uses ?? ''];
  if (action === undefined) throw new Error(`nobody says what "${uses}" does here`);
  const unknown = Object.keys(given).filter((input) => !action.inputs.includes(input));
  if (unknown.length > 0) throw new Error(`${uses} has no ${unknown.join(', ')}`);
  return action.run(Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])));
}

function filledIn(text: string, env: NodeJS.ProcessEnv): string {
  return text.replaceAll(/\$\{\{ (\S+) \}\}/g, (_, expression: string) => {
    const value = expression === 'vars.PULUMI_STATE' ? env.PULUMI_BACKEND_URL : EXPRESSIONS[expression];
    if (value === undefined) throw new Error(`nobody sets ${expression}`);
    return value;
  });
}
