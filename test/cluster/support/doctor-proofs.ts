import { inside } from '../machine/sandbox';
import { get, tryKubectl } from './cluster';
import type { Patient } from './patient';

interface Ended {
  readonly reason?: string;
  readonly exitCode?: number;
}

interface Pod {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status: {
    readonly startTime?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly state: { readonly waiting?: { readonly reason: string } };
      readonly lastState: { readonly terminated?: Ended };
    }[];
  };
}

const of = ({ namespace }: Patient): string => `--namespace=${namespace}`;

/** A pod as the API server has it; `undefined` where it is gone. */
export function podOf(patient: Patient, name = patient.pod): Pod | undefined {
  const { status, out } = tryKubectl(['get', 'pod', name, of(patient), '--output=json']);
  return status === 0 ? (JSON.parse(out) as Pod) : undefined;
}

export function ready(patient: Patient): boolean {
  return podOf(patient)?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

/** How some container of the pod ended the last time. */
export function ended(patient: Patient, how: (ended: Ended) => boolean): boolean {
  return (
    podOf(patient)?.status.containerStatuses?.some(
      ({ lastState: { terminated } }) => terminated !== undefined && how(terminated),
    ) === true
  );
}

/** Why some container of the pod does not run. */
export function waits(patient: Patient, why: RegExp): boolean {
  return podOf(patient)?.status.containerStatuses?.some(({ state }) => why.test(state.waiting?.reason ?? '')) === true;
}

export function told(patient: Patient, message: RegExp): boolean {
  return get<{ items: { message?: string }[] }>('events', of(patient)).items.some((one) =>
    message.test(one.message ?? ''),
  );
}

/** The addresses that a Service, such as `service/chat`, sends to, as `address:port`. */
export function sentTo(patient: Patient, service: string): readonly string[] {
  interface Slice {
    readonly endpoints?: readonly { readonly addresses: readonly string[] }[] | null;
    readonly ports?: readonly { readonly port?: number }[] | null;
  }
  return get<{ items: Slice[] }>(
    'endpointslices',
    of(patient),
    `--selector=kubernetes.io/service-name=${service.split('/')[1]}`,
  ).items.flatMap(({ endpoints, ports }) =>
    (endpoints ?? []).flatMap(({ addresses }) =>
      (ports ?? []).flatMap(({ port }) => addresses.map((address) => `${address}:${port}`)),
    ),
  );
}

/** What becomes of a connection that the node opens to the pod's address. */
export async function fromNode(patient: Patient, port: number): Promise<'opens' | 'is refused' | 'is dropped'> {
  const open = `timeout 3 bash -c '</dev/tcp/${await patient.address()}/${port}' 2>/dev/null; echo $?`;
  const status = inside('bash', ['-c', open]).trim();
  return status === '0' ? 'opens' : status === '124' ? 'is dropped' : 'is refused';
}

/** What a port answers to a request from inside the pod. */
export function answersInside(patient: Patient, container: string, at: string): string {
  return patient.exec(container, `wget -q -O- 'http://127.0.0.1:${at}' 2>&1 || true`);
}
