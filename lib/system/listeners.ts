import { type Bundle, namespaceOf } from '../manifest/bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../manifest/field';
import { groupedBy } from '../manifest/grouped';
import { groupOf, type Manifest } from '../manifest/manifest';
import { hasPlaceholder } from './placeholder';

const GROUP = 'gateway.networking.k8s.io';

/** Why a route is not attached to a parent that it names. */
export interface Detached {
  readonly at: FieldPath;
  readonly words: string;
  readonly expected: string;
  readonly fix: string;
  /** The parent names what is not there: that is wrong whatever else the route is attached to. */
  readonly named: boolean;
}

/** What becomes of the parents that a route of the Gateway API names. */
export interface Attachment {
  /** It is attached to a listener of one of them, or may be. */
  readonly attached: boolean;
  readonly detached: readonly Detached[];
}

/**
 * The listeners that a route is attached to: those of its parents that have the name and port that it asks for, take routes of its namespace, and share a hostname with it.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#gateway.networking.k8s.io/v1.ParentReference
 */
export function attachmentOf(bundle: Bundle, route: Manifest): Attachment {
  const parents = listOf(valueAt(route, ['spec', 'parentRefs'])).map((ref, i) => detachedFrom(bundle, route, ref, i));
  const detached = parents.filter((one) => one !== undefined);
  return { attached: parents.length === 0 || detached.length < parents.length, detached };
}

interface Listener {
  readonly name: string;
  readonly port: number | undefined;
  readonly hostname: string;
  readonly from: string;
  readonly gateway: Manifest;
}

function detachedFrom(bundle: Bundle, route: Manifest, ref: unknown, i: number): Detached | undefined {
  const { kind = 'Gateway', group = GROUP, name, sectionName, port } = mappingOf(ref);
  // Listeners may stand in what could not be read.
  if (kind !== 'Gateway' || group !== GROUP || bundle.incomplete) return undefined;
  const namespace = textOf(mappingOf(ref).namespace) ?? namespaceOf(route);
  // One Gateway may be written several times, for several environments.
  const gateways = (bundle.once(gatewaysByName).get(wordsOf(name)) ?? []).filter((one) =>
    ['', namespace].includes(namespace === '' ? '' : namespaceOf(one)),
  );
  const listeners = gateways.flatMap(listenersOf);
  const [first] = gateways;
  if (first === undefined || gateways.some((one) => listenersOf(one).length === 0)) return undefined;
  const called = `Gateway ${first.metadata.name}`;
  const names = [...new Set(listeners.map((one) => one.name))].join(', ');
  const at = ['spec', 'parentRefs', i];
  const asked = (text: string) =>
    !hasPlaceholder(text) && !listeners.some((one) => hasPlaceholder(one.name + one.hostname));

  const section = textOf(sectionName);
  const inSection = listeners.filter((one) => section === undefined || one.name === section);
  if (inSection.length === 0)
    return asked(section ?? '')
      ? missing([...at, 'sectionName'], `no listener ${section} of ${called}`, names)
      : undefined;
  const onPort = inSection.filter((one) => numberOf(port) === undefined || one.port === numberOf(port));
  if (onPort.length === 0) {
    const ports = [...new Set(inSection.map((one) => wordsOf(one.port)))].join(', ');
    return missing([...at, 'port'], `no listener of ${called} on port ${wordsOf(port)}`, ports);
  }
  const allowed = onPort.filter((one) => takesFrom(one, namespaceOf(route)));
  if (allowed.length === 0)
    return {
      at,
      words: `namespace ${namespaceOf(route)}; ${called} takes routes of namespace ${namespaceOf(first)} only`,
      expected: 'a Gateway that takes routes of this namespace',
      fix: `write allowedRoutes: {namespaces: {from: All}}, or a Selector, into the listener of ${called}`,
      named: false,
    };
  const hostnames = listOf(valueAt(route, ['spec', 'hostnames'])).map(wordsOf);
  if (hostnames.length === 0 || allowed.some(({ hostname }) => hostnames.some((one) => meets(one, hostname))))
    return undefined;
  if (!hostnames.every(asked)) return undefined;
  const taken = [...new Set(allowed.map(({ hostname }) => hostname))].join(', ');
  return {
    at: ['spec', 'hostnames'],
    words: `${hostnames.join(', ')}; ${called} listens for ${taken}`,
    expected: 'a hostname that a listener takes',
    fix: 'correct the hostname of the route, or that of the listener',
    named: false,
  };
}

/** Those that lie beside these objects included: a second text of one Gateway may have what the first has not. */
function gatewaysByName(bundle: Bundle): ReadonlyMap<string, readonly Manifest[]> {
  const all = [...bundle.ofKind('Gateway'), ...bundle.beside.filter(({ kind }) => kind === 'Gateway')];
  return groupedBy(
    all.filter((one) => groupOf(one) === GROUP),
    ({ metadata }) => metadata.name,
  );
}

function missing(at: FieldPath, words: string, there: string): Detached {
  return { at, words, expected: `one of ${there}`, fix: 'name a listener that the Gateway has', named: true };
}

function listenersOf(gateway: Manifest): readonly Listener[] {
  return listOf(valueAt(gateway, ['spec', 'listeners']))
    .map(mappingOf)
    .map((one) => ({
      name: wordsOf(one.name),
      port: numberOf(one.port),
      hostname: textOf(one.hostname) ?? '',
      from: textOf(valueAt(one, ['allowedRoutes', 'namespaces', 'from'])) ?? 'Same',
      gateway,
    }));
}

/** Does a listener take routes of a namespace? Which labels a namespace has is not known here. */
function takesFrom({ from, gateway }: Listener, namespace: string): boolean {
  return from !== 'Same' || namespace === '' || ['', namespace].includes(namespaceOf(gateway));
}

/** Is there a name that both mean? A wildcard stands for one label and more. */
function meets(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  const covers = (wild: string, name: string) => wild.startsWith('*.') && name.endsWith(wild.slice(1));
  return a === '' || b === '' || a === b || covers(a, b) || covers(b, a);
}
