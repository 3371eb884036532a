import type * as kplus from 'cdk8s-plus-28';
import type { Problems } from '../input/problems';
import { checkBytes, checkCpu, quantityValue } from '../input/quantity';
import { type Field, object, optional, text } from '../input/shape';
import * as k8s from '../synth/k8s';

/** A container as plain data: everything a typed one holds, plus fields that are newer than its schema. */
export type PlainContainer = Readonly<Record<string, unknown>> & { readonly name: string };

/** CPU and memory of one container, as Kubernetes quantities such as `250m` and `512Mi`. */
export interface ContainerResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  /** A CPU limit throttles all connections of a process at once; leave it out unless the platform demands one. */
  readonly limits: { readonly cpu?: string; readonly memory: string };
  /**
   * What the container may write to the disk of its node: its log, and `/tmp` and other `emptyDir` volumes. Requested, and the limit: a pod that writes more is evicted, where a full disk
   * would evict whatever runs on the node.
   *
   * @default "1Gi", and "256Mi" for nginx
   */
  readonly ephemeralStorage?: string;
}

/** {@link ContainerResources} with every default filled in. */
export interface SettledResources extends ContainerResources {
  readonly ephemeralStorage: string;
}

/** Whatever is requested fits beside what stands in, so that nothing is said of a limit that nobody gave. */
const LEAST_CPU: Field = { ...text('250m'), standIn: '1m' };
const LEAST_MEMORY: Field = { ...text('256Mi'), standIn: '1Mi' };
const MOST_MEMORY: Field = { ...text('512Mi'), standIn: '1Pi' };

/** What {@link ContainerResources} hold. */
export const RESOURCES_FIELD = optional(
  object<ContainerResources>({
    requests: object<ContainerResources['requests']>({ cpu: LEAST_CPU, memory: LEAST_MEMORY }),
    limits: object<ContainerResources['limits']>({ cpu: optional(text('1')), memory: MOST_MEMORY }),
    ephemeralStorage: optional(text('1Gi')),
  }),
);

/** What every container of ours may do: nothing beyond its own process. The Pod Security profile "restricted" asks for no less. */
const RESTRICTED: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Reads what a container gets: `given`, or what stands for nothing given. */
export function readResources(
  problems: Problems,
  given: ContainerResources | undefined,
  otherwise: SettledResources,
): SettledResources {
  const resources = {
    ...(given ?? otherwise),
    ephemeralStorage: given?.ephemeralStorage ?? otherwise.ephemeralStorage,
  };
  const quantities = {
    'requests.cpu': resources.requests.cpu,
    'requests.memory': resources.requests.memory,
    'limits.cpu': resources.limits.cpu,
    'limits.memory': resources.limits.memory,
    ephemeralStorage: resources.ephemeralStorage,
  };
  const before = problems.found.length;
  for (const [path, value] of Object.entries(quantities)) {
    if (value === undefined) continue;
    if (path.endsWith('cpu')) checkCpu(problems, path, value);
    else checkBytes(problems, path, value);
  }
  if (problems.found.length > before) return resources;
  for (const kind of ['cpu', 'memory'] as const) {
    const request = resources.requests[kind];
    const limit = resources.limits[kind];
    if (limit !== undefined && quantityValue(request) > quantityValue(limit)) {
      problems.add(
        `requests.${kind}`,
        `${request} is more than the limit of ${limit}; request at most ${limit}, or raise the limit`,
      );
    }
  }
  return resources;
}

/** Requests and limits as typed quantities. */
export function resourceRequirements(resources: SettledResources): k8s.ResourceRequirements {
  const disk = { 'ephemeral-storage': resources.ephemeralStorage };
  const quantities = (given: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, k8s.Quantity.fromString(value)]));
  return {
    requests: quantities({ ...resources.requests, ...disk }),
    limits: quantities({ ...resources.limits, ...disk }),
  };
}

/** A container of ours as plain data, confined, and run as `user`. */
export function confined(container: Omit<k8s.Container, 'securityContext'>, user: number): PlainContainer {
  const securityContext = { ...RESTRICTED, runAsUser: user, runAsGroup: user };
  return k8s.toJson_Container({ ...container, securityContext }) as PlainContainer;
}

/**
 * A container that the caller brought, made with cdk8s-plus or as a typed object. What it says about its own security stays; what it leaves
 * open is filled in, because cdk8s-plus alone does not satisfy the "restricted" profile and the pod would be refused.
 */
export function adopted(container: kplus.Container | k8s.Container): PlainContainer {
  const plain = k8s.toJson_Container('_toKube' in container ? container._toKube() : container) as PlainContainer;
  const given = defined((plain.securityContext ?? {}) as Record<string, unknown>);
  return { ...plain, securityContext: { ...k8s.toJson_SecurityContext(RESTRICTED), ...given } };
}

function defined(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
