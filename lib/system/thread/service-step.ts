import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { isAbsent, together } from '../absence';
import { routesOf } from '../entrances';
import { isMisspelled } from '../misspelled';
import { hasPlaceholder } from '../placeholder';
import { backendsOf } from '../platforms/all';
import { subsetsOf } from '../platforms/istio';
import { containersOf } from '../pod';
import { type BackendReference, type ServicePort, servicePort, workloadsBehind } from '../route';
import type { Step, StepState } from './step';

/** From a route to its Service, and to the port of it. */
export function toService(
  bundle: Bundle,
  reference: BackendReference,
  service: Manifest | undefined,
  port: ServicePort | undefined,
): Step {
  if (service === undefined) return missing(bundle, reference);
  const { from, path } = reference;
  const ports = listOf(valueAt(service, ['spec', 'ports'])).flatMap((one) => calledBy(reference, mappingOf(one)) ?? []);
  if (port === undefined)
    return {
      at: 'service',
      state: portless(bundle, reference, service),
      object: from,
      path,
      words: `port ${wordsOf(reference.port)} of Service ${reference.service}`,
      expected: `one of its ports: ${ports.join(', ') || 'it has none'}`,
      fix: ports[0] === undefined ? 'give the Service this port' : `use port ${ports[0]}`,
    };
  const gone = subsetGone(bundle, reference, service);
  if (gone !== undefined) return gone;
  const name = textOf(port.value.name);
  const words = `port ${wordsOf(port.value.port)}${name === undefined ? '' : ` (${name})`}`;
  return { at: 'service', state: 'holds', object: service, path: ['spec', 'ports', port.index], words };
}

/**
 * A subset that no DestinationRule defines, where there is one for the Service: Istio knows no pods for it, and answers 503. Whose subset stands beside these objects may have it.
 *
 * @see https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule
 */
function subsetGone(bundle: Bundle, { from, path }: BackendReference, service: Manifest): Step | undefined {
  const at = [...path, 'subset'];
  const subset = from.kind === 'VirtualService' ? textOf(valueAt(from, at)) : undefined;
  if (subset === undefined || hasPlaceholder(subset) || bundle.incomplete) return undefined;
  const known = subsetsOf(bundle, service);
  if (known === undefined || known.names.includes(subset)) return undefined;
  if (bundle.beside.some(({ kind }) => kind === 'DestinationRule')) return undefined;
  const there = known.names.join(', ') || 'it has none';
  return {
    at: 'service',
    state: 'broken',
    object: from,
    path: at,
    words: `subset ${subset} of Service ${service.metadata.name}, which DestinationRule ${known.rule.metadata.name} does not define`,
    expected: `one of its subsets: ${there}`,
    fix: `define subset ${subset} in DestinationRule ${known.rule.metadata.name}, or name one that it has`,
  };
}

/** How much it means that a Service lacks the port of a route. */
function portless(bundle: Bundle, reference: BackendReference, service: Manifest): StepState {
  if (!isNeeded(bundle, reference, service) || hasNamesake(bundle, reference, service)) return 'unknown';
  return isPart(service) || bundle.isPatched(service) ? 'doubtful' : 'broken';
}

/** A route that names no namespace gets one when it is applied, and there the Service of this name may be another one. */
function hasNamesake(bundle: Bundle, reference: BackendReference, service: Manifest): boolean {
  if (reference.namespace !== '') return false;
  return [...bundle.ofKind('Service'), ...bundle.beside].some(
    (one) =>
      one !== service &&
      one.kind === 'Service' &&
      one.metadata.name === service.metadata.name &&
      servicePort(one, reference, workloadsBehind(bundle, one)) !== undefined,
  );
}

/** What has to name a port of its Service. */
const PORT_NAMED: ReadonlySet<string> = new Set(['Ingress', 'HTTPRoute']);

/** Must the Service have the port? Where none is named, and none has to be, whoever takes the route chooses; what lies outside of the cluster is asked at the number that the route names. */
function isNeeded(bundle: Bundle, { from, port, atPod }: BackendReference, service: Manifest): boolean {
  if (valueAt(service, ['spec', 'type']) === 'ExternalName') return typeof port === 'string';
  // The number of a target that has a name stands in pods that were not read.
  if (atPod === true && typeof port === 'number' && workloadsBehind(bundle, service).length === 0) return false;
  return port !== undefined || PORT_NAMED.has(from.kind);
}

/** What a reference may call a port: its number, or where ports are named as the pods have them, its name or target. */
function calledBy(
  { atPod }: BackendReference,
  { name, port, targetPort }: Readonly<Record<string, unknown>>,
): number | string | undefined {
  return atPod === true ? (textOf(name) ?? numberOf(targetPort ?? port)) : numberOf(port);
}

/** No cluster takes a Service without ports, unless it is headless: this is a patch for one that is elsewhere. */
function isPart(service: Manifest): boolean {
  const { ports, clusterIP } = mappingOf(service.spec);
  return listOf(ports).length === 0 && clusterIP !== 'None';
}

/**
 * A Service that was not read. That it does not exist is known only where what was read shows what was meant instead: another chart, or a folder that was not given, may have it all
 * the same.
 */
function missing(bundle: Bundle, reference: BackendReference): Step {
  const { from, path, service, namespace } = reference;
  const step = {
    at: 'service',
    object: from,
    path,
    words: `Service ${service}, which is not in what was read`,
  } as const;
  const named = bundle.once(servicesNamed).get(bundle.companyOf(from));
  // Routes that name more Services that are not here than ones that are lead elsewhere. One name alone is a misspelling.
  const elsewhere = named !== undefined && named.gone.size > Math.max(1, named.there.size);
  const beside = bundle.beside.some(({ kind, metadata }) => kind === 'Service' && metadata.name === service);
  const meant =
    bundle.incomplete || elsewhere || beside ? undefined : meantBy(bundle, reference, named?.gone.size ?? 0);
  if (meant !== undefined)
    return {
      ...step,
      state: 'broken',
      words: `${step.words}; ${meant.words}`,
      expected: 'a Service that exists',
      fix: meant.fix,
    };
  return {
    ...step,
    state: !elsewhere && !beside && isAbsent(bundle, 'Service', from, namespace) ? 'doubtful' : 'unknown',
    expected: 'a Service that exists, among these objects or elsewhere',
    fix: 'check the Service together with the route, or correct the name',
  };
}

/** The names of Services that the routes of what was installed together lead to. */
interface Named {
  readonly there: Set<string>;
  readonly gone: Set<string>;
}

function servicesNamed(bundle: Bundle): ReadonlyMap<readonly Manifest[], Named> {
  const found = new Map<readonly Manifest[], Named>();
  for (const { from, namespace, service } of routesOf(bundle).flatMap(backendsOf)) {
    const company = bundle.companyOf(from);
    const named = found.get(company) ?? { there: new Set(), gone: new Set() };
    found.set(company, named);
    const isThere = bundle.find('Service', namespace, service) !== undefined;
    named[isThere ? 'there' : 'gone'].add(`${namespace}/${service}`);
  }
  return found;
}

/** The Service that somebody meant who named one that is not there: its name in another namespace, a name like it, or the only Service that nothing leads to. */
function meantBy(
  bundle: Bundle,
  reference: BackendReference,
  gone: number,
): { readonly words: string; readonly fix: string } | undefined {
  const { from, service, namespace } = reference;
  const inOther = bundle
    .companyOf(from)
    .find(({ kind, metadata }) => kind === 'Service' && metadata.name === service && metadata.namespace !== namespace);
  if (inOther !== undefined) {
    const fix =
      from.kind === 'Ingress'
        ? 'move one of them: an Ingress leads to Services of its own namespace only'
        : `name the namespace ${namespaceOf(inOther)}`;
    return { words: `it is in namespace ${namespaceOf(inOther)}, and not in ${namespace}`, fix };
  }
  const candidates = together(bundle, from, namespace).filter(
    (one) => one.kind === 'Service' && servicePort(one, reference) !== undefined,
  );
  const like = candidates.find(({ metadata }) => isMisspelled(service, metadata.name));
  if (like !== undefined)
    return { words: `${like.metadata.name} is, and has this port`, fix: `name Service ${like.metadata.name}` };
  const spare = candidates.filter((one) => bundle.once(spareServices).has(one));
  const [renamed] = spare;
  if (renamed === undefined || spare.length > 1 || gone > 1) return undefined;
  const { name } = renamed.metadata;
  return { words: `${name} is, has this port, and nothing leads to it`, fix: `name Service ${name}` };
}

/** Services that no route leads to, and that nothing installed together with them is told of: one for pods among each other is named in a variable, an argument or a ConfigMap. */
function spareServices(bundle: Bundle): ReadonlySet<Manifest> {
  const reached = new Set(
    routesOf(bundle)
      .flatMap(backendsOf)
      .map(({ namespace, service }) => bundle.find('Service', namespace, service)),
  );
  const told = new Map<readonly Manifest[], string>();
  const spare = bundle.ofKind('Service').filter((service) => {
    if (reached.has(service) || valueAt(service, ['spec', 'clusterIP']) === 'None') return false;
    const company = bundle.companyOf(service);
    const texts = told.get(company) ?? company.flatMap(textsOf).join('\n');
    told.set(company, texts);
    return !new RegExp(`(^|[^a-z0-9-])${service.metadata.name.replace(/\W/g, '\\$&')}([^a-z0-9-]|$)`, 'm').test(texts);
  });
  return new Set(spare);
}

/** What an object tells its pods. */
function textsOf(object: Manifest): readonly string[] {
  if (object.kind === 'ConfigMap') return Object.values(mappingOf(object.data)).map(wordsOf);
  return containersOf(object).flatMap(({ value }) => [
    ...[...listOf(value.command), ...listOf(value.args)].map(wordsOf),
    ...listOf(value.env).map((entry) => wordsOf(mappingOf(entry).value)),
  ]);
}
