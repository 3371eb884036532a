import { type FieldPath, numberOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { bindingOf } from '../../system/backend-binding';
import { containersOf } from '../../system/pod';
import type { Recording } from '../evidence';
import type { Live } from '../facts/live';
import type { Observation } from '../facts/observation';
import { graceOf } from '../facts/pods';
import type { Change, FieldChange } from './change';

/** What a mend may know. */
export interface Looked {
  readonly live: Live;
  readonly recording: Recording;
  readonly observations: readonly Observation[];
}

/** How a cause is mended in the live objects; `undefined` where that needs a person. */
export type Mend = (looked: Looked) => Omit<Change, 'code'> | undefined;

/** Until endpoints are made anew and the balancer knows them. */
export const ENDPOINTS_SECONDS = 60;
/** Until a cloud has taken over a change. */
export const CLOUD_SECONDS = 300;
/** How long one pod takes to be replaced beside its grace period. */
const START_SECONDS = 120;

/** How long a rollout may take: every pod its grace period and its start, one after the other. */
function rolling({ workload }: Live): number {
  const pods = numberOf(valueAt(workload, ['spec', 'replicas'])) ?? 1;
  const grace = graceOf(workload);
  return Math.max(1, pods) * (grace + START_SECONDS);
}

/** A change of one field of the Service, that acts when endpoints are made anew. */
export function ofService(
  { service }: Live,
  field: Omit<FieldChange, 'back'>,
  why: string,
  verify: readonly string[],
): Omit<Change, 'code'> | undefined {
  if (service === undefined || field.to === undefined) return undefined;
  const fields = [{ ...field, back: field.from }];
  return { object: service, fields, why, withinSeconds: ENDPOINTS_SECONDS, rolls: false, verify };
}

/** A change of one field of the pod template, that replaces the pods. `absent` is what the field means where it is not written. */
export function ofTemplate(
  live: Live,
  path: FieldPath,
  to: unknown,
  why: string,
  { absent, verify = [] }: { readonly absent?: unknown; readonly verify?: readonly string[] } = {},
): Omit<Change, 'code'> | undefined {
  const { workload } = live;
  if (workload === undefined) return undefined;
  const from = valueAt(workload, path);
  const fields = [{ path, from, to, back: from ?? absent }];
  return { object: workload, fields, why, withinSeconds: rolling(live), rolls: true, verify };
}

/** A change of one field of the BackendConfig that is bound. GKE keeps a value that is merely left out: `absent` says what to write instead. */
export function ofConfig(
  live: Live,
  path: FieldPath,
  to: unknown,
  absent: unknown,
  why: string,
  verify: readonly string[],
): Omit<Change, 'code'> | undefined {
  const config = boundConfig(live);
  if (config === undefined) return undefined;
  const from = valueAt(config, path);
  const fields = [{ path, from, to, back: from ?? absent }];
  return { object: config, fields, why, withinSeconds: CLOUD_SECONDS, rolls: false, verify };
}

function boundConfig({ service, bundle, port }: Live): Manifest | undefined {
  if (service === undefined) return undefined;
  const binding = bindingOf(bundle, { service, port });
  return binding.state === 'bound' ? binding.config : undefined;
}

/** The container that a sign speaks of, such as `container chat of chat-0: OOMKilled`. */
export function containerNamed(
  { live, observations }: Looked,
  observation: string,
): ReturnType<typeof containersOf>[number] | undefined {
  const said = observations.find(({ id }) => id === observation)?.said ?? '';
  const containers = live.workload === undefined ? [] : containersOf(live.workload);
  const named = containers.find(({ name }) => said.toLowerCase().includes(`container ${name.toLowerCase()} `));
  return named ?? (containers.length === 1 ? containers[0] : undefined);
}

const UNITS: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  '': 1,
};

/** A limit of memory that is half as large again, in whole mebibytes. */
export function raised(limit: unknown): string | undefined {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|[kMG]|)$/.exec(textOf(limit) ?? '');
  if (match === null) return undefined;
  return `${Math.ceil((Number(match[1]) * (UNITS[match[2] as string] as number) * 1.5) / 2 ** 20)}Mi`;
}
