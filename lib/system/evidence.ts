import { annotationOf } from '../manifest/annotation';
import type { Bundle } from '../manifest/bundle';
import { listOf, mappingOf, textOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { assumedOf } from '../manifest/match';
import { TIMING_ANNOTATION } from '../timing/read-timing';
import { boundConfigsOf, boundPoliciesOf, distributionOf } from './backend-binding';
import type { Entrance } from './entrance';
import { entrancesOf, entrancesTo, OPT_OUT, routesOf } from './entrances';
import { speaksHttp2 } from './http2';
import { carriesUpgrades, nginxTextsIn, nginxTextsOf, proxyLocations } from './nginx-text';
import { onlyWebSockets } from './only-web-sockets';
import { backendsOf, platformOf } from './platforms/all';
import type { Setting, SettingName } from './platforms/platform';
import { containersOf, WORKLOAD_KINDS } from './pod';
import { isSocketIoPath, type ProbeAt, probesOf } from './probe';
import { autoscalersOf } from './scaling';
import { recognized } from './servers/all';
import { protocolOfPath } from './servers/protocols';
import { affinityOf, settingsOf } from './settings';
import { asks, type Evidence, longTimeouts, NOTHING, shown, type Tier } from './signs';
import { strayScalersOf } from './stray-scalers';
import { targetName, targetOf } from './target-port';

export type { Evidence, Tier } from './signs';

/** Does it say that there are long connections? */
export function isServed({ tier }: Evidence): boolean {
  return tier === 'declared' || tier === 'shown';
}

/** What is known of a workload: what it is, and the ways that lead to it. */
export function evidenceOf(bundle: Bundle, workload: Manifest): Evidence {
  return bundle.once(workloadEvidence).get(workload) ?? NOTHING;
}

/** What is known of the connections that come through an entrance. */
export function evidenceAt(bundle: Bundle, entrance: Entrance): Evidence {
  return bundle.once(entranceEvidence).get(entrance) ?? NOTHING;
}

/** Entrances through which long connections come. */
export function servedEntrances(bundle: Bundle): readonly Entrance[] {
  return bundle.once(findServed);
}

function findServed(bundle: Bundle): readonly Entrance[] {
  return entrancesOf(bundle).filter((entrance) => isServed(evidenceAt(bundle, entrance)));
}

/** Workloads that say of themselves that they hold connections, and those behind a balancer that are shown to. */
export function serversOf(bundle: Bundle): readonly Manifest[] {
  return bundle.once(findServers);
}

function findServers(bundle: Bundle): readonly Manifest[] {
  const behind = new Set(servedEntrances(bundle).flatMap(({ workloads }) => workloads));
  for (const workload of bundle.ofKind(...WORKLOAD_KINDS)) {
    if (evidenceOf(bundle, workload).tier === 'declared') behind.add(workload);
  }
  return [...behind].filter((workload) => isServed(evidenceOf(bundle, workload)));
}

/** Every probe of every server. */
export function serverProbes(bundle: Bundle): readonly ProbeAt[] {
  return serversOf(bundle).flatMap(probesOf);
}

/** Where balancers are told `name` for long connections, with the entrances through which these come. */
export function servedSettings(bundle: Bundle, name: SettingName): readonly Setting[] {
  return bundle.once(SERVED_SETTINGS[name]);
}

const SERVED_SETTINGS: Readonly<Record<SettingName, (bundle: Bundle) => readonly Setting[]>> = {
  timeout: (bundle) => findServedSettings(bundle, 'timeout'),
  lifetime: (bundle) => findServedSettings(bundle, 'lifetime'),
  answer: (bundle) => findServedSettings(bundle, 'answer'),
  drain: (bundle) => findServedSettings(bundle, 'drain'),
  affinityTtl: (bundle) => findServedSettings(bundle, 'affinityTtl'),
};

function findServedSettings(bundle: Bundle, name: SettingName): readonly Setting[] {
  return settingsOf(bundle, name).flatMap((setting) => {
    // A location of nginx is a setting because it carries upgrades.
    if (setting.entrances.length === 0) return [setting];
    const entrances = setting.entrances.filter((entrance) => isServed(evidenceAt(bundle, entrance)));
    if (entrances.length === 0) return [];
    const behind = new Set(entrances.flatMap(({ workloads }) => workloads));
    return [{ ...setting, entrances, workloads: setting.workloads.filter((one) => behind.has(one)) }];
  });
}

/** Where balancers are told at which age they close long connections. Elsewhere a timeout is about silence, and a long one promises nothing about life. */
export function servedAges(bundle: Bundle): readonly Setting[] {
  return [...servedSettings(bundle, 'timeout'), ...servedSettings(bundle, 'lifetime')].filter(
    ({ meaning }) => meaning === 'lifetime',
  );
}

/** What is known of the connections that an object has to do with; unknown for one that has to do with none. */
export function evidenceAbout(bundle: Bundle, object: Manifest): Evidence {
  const known = SCALERS.includes(object.kind) ? evidenceByScaler : evidenceByObject;
  return bundle.once(known).get(object) ?? NOTHING;
}

const SCALERS = ['HorizontalPodAutoscaler', 'ScaledObject'];

function evidenceByScaler(bundle: Bundle): ReadonlyMap<Manifest, Evidence> {
  return new Map(
    serversOf(bundle).flatMap((workload) =>
      [...autoscalersOf(bundle, workload), ...strayScalersOf(bundle, workload)].map(
        (scaler) => [scaler, evidenceOf(bundle, workload)] as const,
      ),
    ),
  );
}

function evidenceByObject(bundle: Bundle): ReadonlyMap<Manifest, Evidence> {
  const found = new Map<Manifest, Evidence>();
  const add = (object: Manifest, evidence: Evidence) => {
    const before = found.get(object);
    found.set(object, before === undefined ? evidence : joined([before, evidence]));
  };
  for (const workload of serversOf(bundle)) add(workload, evidenceOf(bundle, workload));
  const entrances = servedEntrances(bundle);
  for (const entrance of entrances) {
    const { route, service } = entrance;
    const told = new Set([route, service, affinityOf(bundle, entrance)?.object, distributionOf(bundle, service)]);
    for (const object of told) if (object !== undefined) add(object, evidenceAt(bundle, entrance));
  }
  // A route whose Services are not among these objects still says what it is for.
  const led = new Set(entrancesOf(bundle).map(({ route }) => route));
  for (const route of routesOf(bundle).filter((one) => !led.has(one))) {
    add(
      route,
      asks(
        [route],
        backendsOf(route).flatMap(({ paths }) => paths),
      ),
    );
  }
  for (const { config, entrances: through } of [
    ...boundConfigsOf(bundle, entrances),
    ...boundPoliciesOf(bundle, entrances),
  ]) {
    for (const entrance of through) add(config, evidenceAt(bundle, entrance));
  }
  for (const { configMap, workload } of nginxTextsOf(bundle)) {
    if (workload !== undefined) add(configMap, evidenceOf(bundle, workload));
  }
  return found;
}

function workloadEvidence(bundle: Bundle): ReadonlyMap<Manifest, Evidence> {
  return new Map(
    bundle.ofKind(...WORKLOAD_KINDS).map((workload) => {
      const said = declared(bundle, workload);
      if (said !== undefined) return [workload, said] as const;
      const ways = entrancesTo(bundle, workload);
      const own = ways.length === 0 ? [itself(bundle, workload)] : ways.map((way) => itself(bundle, workload, way));
      return [workload, joined([...own, ...ways.map((way) => onTheWay(bundle, way))])] as const;
    }),
  );
}

function entranceEvidence(bundle: Bundle): ReadonlyMap<Entrance, Evidence> {
  return new Map(
    entrancesOf(bundle).map((entrance) => {
      const { workloads, service } = entrance;
      const said = [...workloads, service].flatMap((one) => declared(bundle, one) ?? []);
      const way = onTheWay(bundle, entrance);
      if (said.length > 0 && said.every(({ tier }) => tier === 'plain')) return [entrance, joined(said)] as const;
      // Another door has a path of its own for them: this one is for the rest.
      const elsewhere =
        !isServed(way) &&
        workloads.some((one) =>
          entrancesTo(bundle, one).some(
            (other) =>
              other.route !== entrance.route &&
              (other.reference.paths.some((path) => protocolOfPath(path) !== undefined) ||
                (speaksHttp2(entrance) && !speaksHttp2(other))),
          ),
        );
      if (elsewhere) return [entrance, NOTHING] as const;
      const own = workloads.map((one) => itself(bundle, one, entrance));
      return [entrance, joined([...said, way, ...own], onlyWebSockets(bundle, entrance))] as const;
    }),
  );
}

/** What somebody says of an object. */
function declared(bundle: Bundle, object: Manifest): Evidence | undefined {
  const written = annotationOf(object, OPT_OUT);
  if (written === 'false') return { tier: 'plain', reasons: [`annotation ${OPT_OUT}: "false"`], sessions: false };
  const says = (reason: string, sessions: boolean): Evidence => ({ tier: 'declared', reasons: [reason], sessions });
  if (annotationOf(object, TIMING_ANNOTATION) !== undefined) return says(`annotation ${TIMING_ANNOTATION}`, true);
  const variable = containersOf(object)
    .flatMap(({ value }) => listOf(value.env).map((entry) => textOf(mappingOf(entry).name) ?? ''))
    .find((name) => name.startsWith('SOCKET_'));
  if (variable !== undefined) return says(`environment variable ${variable}`, true);
  if (written === 'true') return says(`annotation ${OPT_OUT}: "true"`, false);
  const assumed = assumedOf(bundle.assumptions, object);
  if (assumed === undefined) return undefined;
  return { tier: assumed.is === 'http' ? 'plain' : 'declared', reasons: [assumed.said], sessions: false };
}

/** What a workload shows by what it runs. */
function itself(bundle: Bundle, workload: Manifest, through?: Entrance): Evidence {
  const reasons: string[] = [];
  let polls = false;
  const found = recognized(workload);
  const plain = through !== undefined && (found?.server.plainPorts ?? []).includes(targetOf(through) ?? -1);
  const known = found !== undefined && !plain ? found : undefined;
  if (known !== undefined)
    reasons.push(`${known.words} is ${known.server.name}, which speaks ${known.server.protocol}`);
  const probe = probesOf(workload).find(({ httpPath, command }) => isSocketIoPath(httpPath ?? command));
  if (probe !== undefined) reasons.push(`its ${probe.name} asks the endpoint of Socket.IO`);
  for (const text of nginxTextsIn(bundle, workload)) {
    const location = proxyLocations(text.directives).find(carriesUpgrades);
    if (location !== undefined) reasons.push(`location ${location.path} of its nginx passes upgrades on`);
    polls ||= proxyLocations(text.directives).some(({ path }) => protocolOfPath(path)?.sessions === true);
  }
  return shown(reasons, polls || known?.server.sessions === true || probe !== undefined);
}

/** What the way to a workload shows. */
function onTheWay(bundle: Bundle, entrance: Entrance): Evidence {
  const { route, reference, service, port } = entrance;
  // A stream of gRPC waits as long as a WebSocket does.
  const streams = speaksHttp2(entrance);
  const asked = asks([route, service], reference.paths, { target: reference.service, streams });
  const reasons = [...asked.reasons];
  const names = [textOf(port?.value.name), targetName(entrance)].filter((name) => name !== undefined);
  const name = names.find((one) => /(^|-)(wss?|websockets?|socket-?io)(-|$)/.test(one));
  if (name !== undefined) reasons.push(`port ${name}`);
  const protocol = textOf(port?.value.appProtocol);
  if (protocol !== undefined && /^kubernetes\.io\/wss?$/.test(protocol)) reasons.push(`appProtocol ${protocol}`);
  const upgrades = platformOf(entrance.controller)?.dialect.upgrades?.(entrance);
  if (upgrades?.allowed === true) reasons.push(upgrades.words);
  const affinity = affinityOf(bundle, entrance);
  if (affinity?.bound === true && /COOKIE|^cookie .|stickiness/.test(affinity.words)) {
    reasons.push(`affinity: ${affinity.words}`);
  }
  const timeout = streams ? undefined : bundle.once(longTimeouts).get(entrance);
  if (timeout !== undefined) reasons.push(`timeout: ${timeout.words}`);
  return shown(reasons, asked.sessions);
}

const RANK: readonly Tier[] = ['declared', 'shown', 'plain', 'unknown'];

/** All that is known together: the surest tier, with the reasons that led there. */
function joined(all: readonly Evidence[], sessionless = false): Evidence {
  const tier = RANK.find((one) => all.some((evidence) => evidence.tier === one)) ?? 'unknown';
  const reasons = new Set(all.filter((one) => one.tier === tier).flatMap((one) => one.reasons));
  return { tier, reasons: [...reasons], sessions: !sessionless && all.some(({ sessions }) => sessions) };
}
