import type { Bundle } from '../../manifest/bundle';
import { listOf, mappingOf, numberOf, textOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { type ContainerAt, containersOf } from '../pod';
import { probesOf } from '../probe';
import { recognized } from '../servers/all';
import { listensOf, nginxesOf } from './nginx-of-pod';

/**
 * What is known of a port of a pod.
 *
 * - `listens`: a container declares it, its nginx listens on it, or its command or environment names it.
 * - `silent`: it is sure that nobody does: a name is looked up among the declared ones, and an nginx whose whole configuration is known says what it listens on.
 * - `doubtful`: containers declare ports, and this is none of them. A port need not be declared, so it may be open all the same.
 * - `unknown`: no container declares any port, as many do.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports
 */
export type Listening = 'listens' | 'silent' | 'doubtful' | 'unknown';

/** A port of a pod, with who has it and how that is known. */
export interface PortOfPod {
  readonly state: Listening;
  /** By number; `undefined` for a name that no container has. */
  readonly number: number | undefined;
  readonly container: ContainerAt | undefined;
  /** `container web declares 8080`, `no container has a port named http (web: 8080)`. */
  readonly words: string;
}

/** Who of the containers listens on a port, given by number or name. */
export function portOfPod(
  bundle: Bundle,
  workload: Manifest,
  port: number | string,
  among = containersOf(workload),
): PortOfPod {
  const all = among.flatMap((container) => declaredBy(container).map((one) => ({ ...one, container })));
  const byNumber = numberOf(port);
  if (byNumber !== undefined) return numbered(bundle, workload, byNumber, among);
  const named = all.find(({ name }) => name === port);
  if (named?.number === undefined) {
    const names = all.map(({ name, number }) =>
      [name, number ?? 'no number'].filter((part) => part !== undefined).join(' '),
    );
    const words = `no container of ${workload.kind} ${workload.metadata.name} has a port named ${port}${names.length === 0 ? '' : ` (${[...new Set(names)].join(', ')})`}`;
    return { state: 'silent', number: undefined, container: undefined, words };
  }
  const found = numbered(bundle, workload, named.number, [named.container]);
  return { ...found, words: `${port} is ${named.number}; ${found.words}` };
}

function numbered(bundle: Bundle, workload: Manifest, number: number, among: readonly ContainerAt[]): PortOfPod {
  const of = (state: Listening, words: string, container?: ContainerAt): PortOfPod => ({
    state,
    number,
    container,
    words,
  });
  const nginxes = nginxesOf(bundle, workload).filter(({ container }) =>
    among.some(({ name }) => name === container.name),
  );
  const listener = nginxes.find(({ servers }) => servers.some(({ block }) => listensOf(block)?.includes(number)));
  if (listener !== undefined)
    return of('listens', `nginx in container ${listener.container.name} listens on ${number}`, listener.container);
  const declaring = among.find((container) => declaredBy(container).some((one) => one.number === number));
  const whole = nginxes.find(({ container, complete }) => complete && container.name === declaring?.name);
  if (whole !== undefined) {
    const listens = [...new Set(whole.servers.flatMap(({ block }) => listensOf(block) ?? []))];
    return of(
      'silent',
      `container ${whole.container.name} declares ${number}, and its nginx listens on ${listens.join(', ') || 'no port'}`,
      whole.container,
    );
  }
  if (declaring !== undefined) return of('listens', `container ${declaring.name} declares ${number}`, declaring);
  const told = among.find((container) => isTold(container, number));
  if (told !== undefined) return of('listens', `container ${told.name} is told ${number}`, told);
  // A server that is known has ports that its makers chose.
  const known = recognized(workload);
  if (known !== undefined && (known.server.plainPorts ?? []).includes(number))
    return of('listens', `${known.server.name} serves ${number}`, known.container);
  // Istio writes the whole container anew.
  if (among.some(({ value }) => value.image === 'auto'))
    return of('unknown', `the container is injected, so whether one listens on ${number} is not known`);
  const declared = among.flatMap((container) =>
    declaredBy(container).map((one) => `${container.name} ${one.number ?? 'no number'}`),
  );
  // An nginx of which everything is known has nothing to hide; of the others, one that declares nothing may listen on anything.
  const isWhole = (one: ContainerAt) =>
    nginxes.some(({ container, complete }) => complete && container.name === one.name);
  const others = among.filter((one) => !isWhole(one));
  if (among.length > 0 && others.length === 0)
    return of('silent', `no nginx of ${workload.kind} ${workload.metadata.name} listens on ${number}`);
  if (others.every((one) => declaredBy(one).length === 0))
    return of('unknown', `no container says which ports it has, so whether one listens on ${number} is not known`);
  return of(
    'doubtful',
    `no container of ${workload.kind} ${workload.metadata.name} declares ${number} (${[...new Set(declared)].join(', ')})`,
  );
}

function declaredBy({
  value,
}: ContainerAt): readonly { readonly name: string | undefined; readonly number: number | undefined }[] {
  return listOf(value.ports).map((entry) => {
    const { name, containerPort } = mappingOf(entry);
    return { name: textOf(name), number: numberOf(containerPort) };
  });
}

/** A number in the environment or on the command line that is the port: `PORT=8080`, `--listen :8080`. */
function isTold({ value }: ContainerAt, number: number): boolean {
  const words = [
    ...listOf(value.command),
    ...listOf(value.args),
    ...listOf(value.env).map((one) => mappingOf(one).value),
  ];
  const alone = new RegExp(`(^|[^\\d.])${number}(?![\\d.]|[a-z]*s\\b)`);
  return words.some((word) => alone.test(String(word ?? '')));
}

/** Does a probe ask this port? Whoever wrote it expects somebody there. */
export function isProbed(workload: Manifest, number: number): boolean {
  return probesOf(workload).some(({ port }) => port === number);
}
