import * as pulumi from '@pulumi/pulumi';
import { type Problems, shown } from '../../input/problems';
import type { Manifest } from '../../manifest/manifest';
import { type Fingerprints, fingerprintsOf } from '../chart/fixed-fields';
import { noteReplacement, replacementsSince } from '../chart/replacement';

/** The output of a stack under which it records what its next deployment must know. */
export const RECORD_OUTPUT = 'deployed';

/** What a deployment was, for the one after it. */
export interface DeploymentRecord {
  readonly clusterId: string;
  /** The address of the API server, where it was known. */
  readonly server?: string;
  /** The Google Cloud project, where anything was made in one. */
  readonly project?: string;
  /** What could not be changed in place. */
  readonly fixed: Fingerprints;
}

/** What is known about the last deployment: nothing before the first, and no record of one by a version that kept none. */
export type LastDeployment = DeploymentRecord | 'unrecorded' | undefined;

/** A record of what is deployed now. */
export function recordOf(
  clusterId: string,
  server: string | undefined,
  manifests: readonly Manifest[],
  project?: string,
): DeploymentRecord {
  return {
    clusterId,
    ...(server === undefined ? {} : { server }),
    ...(project === undefined ? {} : { project }),
    fixed: fingerprintsOf(manifests),
  };
}

/**
 * What the running stack recorded when it was deployed last. A program cannot see the state of its own stack, but it can read the outputs that its last deployment left, as any
 * other stack can.
 */
export async function lastDeployment(): Promise<LastDeployment> {
  const own = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const reference = new pulumi.StackReference('last-deployment', { name: own });
  const { value } = await reference.getOutputDetails(RECORD_OUTPUT);
  if (isRecord(value)) return value;
  const { value: namespace } = await reference.getOutputDetails('namespace');
  return namespace === undefined || namespace === null ? undefined : 'unrecorded';
}

function isRecord(value: unknown): value is DeploymentRecord {
  const { clusterId, fixed } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof clusterId === 'string' && typeof fixed === 'object' && fixed !== null;
}

export interface Intentions {
  /** Takes over objects that exist. */
  readonly adoptExisting: boolean;
  /** Refuses to replace anything that is not allowed to be. */
  readonly protect: boolean;
  /** The identities of objects that may be replaced. */
  readonly replacing: readonly string[];
  /** How this program's configuration names things. */
  readonly key: (name: string) => string;
}

/**
 * Notes every change since the last deployment that would delete what runs, and returns what a person should know besides.
 *
 * The engine asks the flags in the state, which a run that switches protection on does not have yet; this asks the program.
 */
export function checkAgainstLast(
  problems: Problems,
  last: LastDeployment,
  next: DeploymentRecord,
  manifests: readonly Manifest[],
  { adoptExisting, protect, replacing, key }: Intentions,
): readonly string[] {
  if (last === undefined) return [];
  if (last === 'unrecorded') {
    if (adoptExisting)
      problems.add(
        key('adoptExisting'),
        `is on for a stack that was deployed before and recorded no cluster; run: pulumi config rm ${key('adoptExisting')}, and pulumi up, which makes the record`,
      );
    return [];
  }
  const elsewhere = otherProject(problems, last, next, protect);
  if (last.clusterId !== next.clusterId) {
    const change = `from ${shown(last.clusterId)} to ${shown(next.clusterId)}`;
    if (!adoptExisting)
      return [
        ...elsewhere,
        `${key('clusterId')} changes ${change}: everything is made on the new cluster, then deleted on the old one`,
      ];
    problems.add(
      key('adoptExisting'),
      `is on while ${key('clusterId')} changes ${change}: should both be one cluster, every object would be taken over as a new one and then deleted as the old one, ` +
        `volumes included; run: pulumi config rm ${key('adoptExisting')}, or give the old identifier back`,
    );
    return [];
  }
  const replaced = replacementsSince(last.fixed, manifests);
  const refused = protect ? replaced.filter(({ identity }) => !replacing.includes(identity)) : [];
  for (const replacement of refused)
    noteReplacement(problems, replacement, wayOut(key, replacement.identity, replacing));
  const needless = replacing.filter((identity) => replaced.every((replacement) => replacement.identity !== identity));
  const moved = last.server !== undefined && next.server !== undefined && last.server !== next.server;
  return [
    ...elsewhere,
    ...needless.map(
      (identity) => `${key('replacing')} allows to replace ${identity}, which is not replaced; take it out`,
    ),
    ...(moved
      ? [
          `the API server is ${next.server}, and was ${last.server} when this stack was deployed last, under the same ${key('clusterId')} ${shown(next.clusterId)}; ` +
            `if that is another cluster, stop and choose its context: pulumi config set kubernetes:context <context>`,
        ]
      : []),
  ];
}

/** Notes that another project is meant than last time, or returns it as a warning where the data may go. */
function otherProject(
  problems: Problems,
  { project: was }: DeploymentRecord,
  { project: is }: DeploymentRecord,
  protect: boolean,
): readonly string[] {
  if (was === undefined || is === undefined || was === is) return [];
  const change = `changes from ${shown(was)} to ${shown(is)}: everything on Google Cloud would be made there and deleted here, the address and the copies of volumes included`;
  if (!protect) return [`gcp:project ${change}`];
  problems.add(
    'gcp:project',
    `${change}; run: pulumi config set gcp:project ${was}, or make a stack of its own for the other project: pulumi stack init <stack>`,
  );
  return [];
}

function wayOut(key: Intentions['key'], identity: string, replacing: readonly string[]): string {
  return `; to allow it, run: pulumi config set --path '${key('replacing')}[${replacing.length}]' '${identity}'`;
}
