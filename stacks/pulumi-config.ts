import { type Problems, shown } from '../lib/input/problems';
import { ConfigReader, type ConfigSource, count, flag, object, targetOf, text, texts } from '../lib/pulumi';
import type { Environment } from './environment';

/** What is different from one project, cluster or DNS zone to another, and so not in an environment. */
export interface StackConfig {
  readonly environment: Environment;
  /** Makes what is on Google Cloud. Off: manifests only. */
  readonly googleCloud: boolean;
  /** Deploys the kinds that only GKE knows. Off: for any other cluster. */
  readonly gkeObjects: boolean;
  /** Keeps what holds data from being deleted or replaced. */
  readonly protectData: boolean;
  /** Takes over objects that `kubectl apply` made, instead of refusing to. */
  readonly adoptExisting: boolean;
  readonly project: string | undefined;
  readonly region: string | undefined;
  /** What the cluster is called, for as long as it is this cluster. */
  readonly clusterId: string;
  readonly kubeContext: string | undefined;
  readonly kubeconfig: string | undefined;
  /** Identities of objects that a change may delete and make again. */
  readonly replacing: readonly string[];
  /** A folder of manifests that were deployed last, relative to the root of the project. */
  readonly previousManifests: string | undefined;
  readonly dns:
    | { readonly zone: string; readonly ttlSeconds?: number; readonly onlyGoogleIssues?: boolean }
    | undefined;
  /** What the manifests name and somebody else made. */
  readonly existing: {
    readonly addresses?: readonly string[];
    readonly sslPolicies?: readonly string[];
    readonly securityPolicies?: readonly string[];
  };
  readonly notifications: { readonly emails?: readonly string[]; readonly channels?: readonly string[] };
  readonly webhook: string | undefined;
  readonly cluster:
    | { readonly name: string; readonly location: string; readonly make: boolean; readonly machineType?: string }
    | undefined;
  /** Where copies of volumes are kept. */
  readonly backupLocation: string | undefined;
}

/**
 * Reads the configuration of a stack and notes everything that is wrong with it.
 *
 * @returns nothing when not even the environment is known
 */
export function readStackConfig(
  problems: Problems,
  source: ConfigSource,
  stack: { readonly project: string; readonly name: string },
  environments: readonly Environment[],
): StackConfig | undefined {
  const reader = new ConfigReader(problems, source);
  const own = (key: string) => `${stack.project}:${key}`;

  const name = reader.optional(own('environment'), text) ?? stack.name;
  const environment = environments.find((candidate) => candidate.name === name);
  if (environment === undefined) {
    problems.add(
      own('environment'),
      `${shown(name)} is no environment; the stack is called after one of ${environments.map((e) => e.name).join(', ')}, or names one: pulumi config set ${own('environment')} <environment>`,
    );
  }
  const googleCloud = reader.optional(own('googleCloud'), flag) ?? true;
  const project = googleCloud
    ? reader.required('gcp:project', text, '<project id>')
    : reader.optional('gcp:project', text);
  const clusterId = reader.required(
    own('clusterId'),
    text,
    '<a name of the cluster that stays when its address or its context change>',
  );
  const cluster = reader.optional(
    own('cluster'),
    object({ name: text, location: text, make: flag, machineType: text }),
  );
  const missing = (field: string, value: unknown, placeholder: string) => {
    const key = own(field);
    if (value === undefined) problems.add(key, `is not set; run: pulumi config set --path ${key} ${placeholder}`);
  };
  if (cluster !== undefined) {
    missing('cluster.name', cluster.name, '<name>');
    missing('cluster.location', cluster.location, '<region>');
  }
  const makesCluster = googleCloud && cluster?.make === true;
  if (cluster?.make === true && !googleCloud)
    problems.add(
      own('cluster.make'),
      `is on while ${own('googleCloud')} is off, so that nothing is made on Google Cloud; run: pulumi config set --path ${own('cluster.make')} false, or: pulumi config rm ${own('googleCloud')}`,
    );
  if (googleCloud && environment?.cloud?.backup !== undefined && cluster === undefined)
    problems.add(
      own('cluster'),
      `is not set, but the environment "${name}" wants copies of its volumes; run: pulumi config set --path ${own('cluster.name')} <name>, and: pulumi config set --path ${own('cluster.location')} <region>`,
    );
  const kubeconfig = reader.secret('kubernetes:kubeconfig');
  const kubeContext = reader.optional('kubernetes:context', text);
  if (kubeContext === undefined && kubeconfig === undefined && !makesCluster)
    problems.add(
      'kubernetes:context',
      `is not set, so that the cluster would be whichever one kubectl uses today; run: pulumi config set kubernetes:context <context> (${contexts()})`,
    );
  const notifications = reader.optional(own('notifications'), object({ emails: texts, channels: texts }));
  const webhook = reader.secret(own('webhook'));
  const watched = googleCloud && environment !== undefined && environment.cloud?.monitoring !== false;
  if (watched && notifications === undefined && webhook === undefined)
    problems.add(
      own('notifications'),
      `is not set, so that nobody would be told of an incident; run: pulumi config set --path '${own('notifications.emails[0]')}' <address>, ` +
        `or, where nobody is to be told: pulumi config set ${own('notifications')} '{}'`,
    );
  const dns = reader.optional(own('dns'), object({ zone: text, ttlSeconds: count, onlyGoogleIssues: flag }));
  if (dns !== undefined) missing('dns.zone', dns.zone, '<managed zone of Cloud DNS>');

  const config = {
    googleCloud,
    gkeObjects: reader.optional(own('gkeObjects'), flag) ?? true,
    protectData: reader.optional(own('protectData'), flag) ?? true,
    adoptExisting: reader.optional(own('adoptExisting'), flag) ?? false,
    project,
    region: reader.optional('gcp:region', text),
    clusterId: clusterId ?? '',
    kubeContext,
    kubeconfig,
    replacing: reader.optional(own('replacing'), texts) ?? [],
    previousManifests: reader.optional(own('previousManifests'), text),
    dns: dns?.zone === undefined ? undefined : { ...dns, zone: dns.zone },
    existing:
      reader.optional(own('existing'), object({ addresses: texts, sslPolicies: texts, securityPolicies: texts })) ?? {},
    notifications: notifications ?? {},
    webhook,
    cluster:
      cluster?.name === undefined || cluster.location === undefined
        ? undefined
        : { ...cluster, name: cluster.name, location: cluster.location, make: cluster.make ?? false },
    backupLocation: reader.optional(own('backupLocation'), text),
  };
  reader.refuseUnknown(stack.project);
  return environment === undefined ? undefined : { ...config, environment };
}

/** The contexts that a person can choose from. */
function contexts(): string {
  const names = targetOf(undefined, undefined)?.contexts ?? [];
  return names.length === 0 ? 'kubectl config get-contexts lists them' : `there are ${names.join(', ')}`;
}
