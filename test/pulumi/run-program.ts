import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { load } from 'js-yaml';
import { type Computed, type Recording, RecordingMonitor } from './recording-monitor';
import { STACK_VALUES } from './stack-values';

export const ROOT = path.join(__dirname, '..', '..');

/** Longer than any run takes on a busy machine; a program that hangs is a failed test and not a hanging one. */
const LONGEST_RUN_MILLISECONDS = 240_000;

/** The part of `Pulumi.yaml` that decides how a program is started. */
interface Project {
  readonly name: string;
  readonly main: string;
  readonly stackConfigDir: string;
  readonly runtime: {
    readonly name: string;
    readonly options: { readonly typescript: boolean };
  };
}

export const project = load(fs.readFileSync(path.join(ROOT, 'Pulumi.yaml'), 'utf8')) as Project;

export interface Run {
  /** @default the program of Pulumi.yaml */
  readonly program?: string;
  readonly stack: string;
  readonly preview?: boolean;
  /** Values in place of those in the stack's file, or beside them; undefined takes one away. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly secretKeys?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The outputs that the deployment before this one left. */
  readonly before?: Readonly<Record<string, unknown>>;
}

export interface Result extends Recording {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** What providers make up; only what the program asks for. */
const computed: Computed = (type, inputs, urn) => {
  switch (type) {
    case 'gcp:compute/globalAddress:GlobalAddress':
      return { address: '203.0.113.10' };
    case 'gcp:redis/instance:Instance':
      return { host: '10.100.0.3', authString: 'hunter2' };
    case 'gcp:monitoring/notificationChannel:NotificationChannel':
      return { name: `projects/p/notificationChannels/${String(inputs.displayName)}` };
    case 'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig':
      return { uptimeCheckId: 'uptime-1' };
    case 'gcp:monitoring/slo:Slo':
      return { name: `projects/p/services/${String(inputs.service)}/serviceLevelObjectives/${String(inputs.sloId)}` };
    case 'gcp:container/cluster:Cluster':
      return {
        id: `projects/p/locations/${String(inputs.location)}/clusters/${String(inputs.name)}`,
        endpoint: '198.51.100.1',
        masterAuth: { clusterCaCertificate: 'Q0E=', clientCertificate: '', clientKey: '' },
      };
    case 'gcp:serviceaccount/account:Account':
      return { email: `${String(inputs.accountId)}@p.iam.gserviceaccount.com` };
    case 'gcp:certificatemanager/dnsAuthorization:DnsAuthorization':
      return {
        dnsResourceRecords: [
          { name: `_acme-challenge.${String(inputs.domain)}.`, type: 'CNAME', data: 'token.authorize.example.' },
        ],
      };
    default:
      return urn.startsWith('urn:pulumi:stack::project::kubernetes:') ? { status: {} } : {};
  }
};

/** Runs a program as `pulumi up` or `pulumi preview` would, by Pulumi's own runner, against a monitor that records it. */
export async function runProgram(run: Run): Promise<Result> {
  const monitor = new RecordingMonitor(run.preview ?? false, computed, run.before);
  const address = await monitor.listen();
  const program = path.join(ROOT, run.program ?? project.main);
  const config = { ...stackFile(run.stack), ...STACK_VALUES[run.stack], ...run.config };
  const child = spawn(
    process.execPath,
    [
      // The program of Pulumi.yaml sees to that itself.
      ...(run.program?.endsWith('.ts') === true ? ['--require', 'tsx/cjs'] : []),
      path.join(ROOT, 'node_modules/@pulumi/pulumi/cmd/run/index.js'),
      ...['--monitor', address, '--engine', address, '--project', project.name, '--stack', run.stack],
      ...['--organization', 'organization', '--root-directory', ROOT, '--pwd', path.dirname(program)],
      ...(run.preview === true ? ['--dry-run'] : []),
      program,
    ],
    {
      cwd: path.dirname(program),
      timeout: LONGEST_RUN_MILLISECONDS,
      stdio: ['ignore', 'ignore', 'pipe'],
      // Nothing of this machine's: no kubeconfig, no credentials, no project.
      env: {
        PATH: process.env.PATH ?? '',
        HOME: path.join(ROOT, 'test/pulumi'),
        KUBECONFIG: path.join(ROOT, 'test/pulumi/programs/kubeconfig.yaml'),
        PULUMI_NODEJS_TYPESCRIPT: String(project.runtime.options.typescript),
        PULUMI_CONFIG: JSON.stringify(asText(config)),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.secretKeys ?? []),
        ...run.env,
      },
    },
  );
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  monitor.close();
  return { ...monitor.recording, exitCode, stderr };
}

function stackFile(stack: string): Readonly<Record<string, unknown>> {
  const file = path.join(ROOT, project.stackConfigDir, `Pulumi.${stack}.yaml`);
  return fs.existsSync(file) ? (load(fs.readFileSync(file, 'utf8')) as { config: Record<string, unknown> }).config : {};
}

/** Configuration reaches a program as text: structured values as JSON. */
function asText(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
