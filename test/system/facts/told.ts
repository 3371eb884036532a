import { type Bundle, type FieldPath, type Manifest, printPath } from '../../../lib/manifest';
import {
  affinityOf,
  containersOf,
  controllerOf,
  entrancesOf,
  evidenceAt,
  evidenceOf,
  healthChecksOf,
  heartbeatOf,
  platformOf,
  preStopOf,
  routesOf,
  type SettingName,
  sentencesOf,
  settingsOf,
  shutdownOf,
  type Thread,
  threadsOf,
  WORKLOAD_KINDS,
} from '../../../lib/system';
import { nginxRoomOf } from '../../../lib/system/nginx-room';
import { mountFlaws } from '../../../lib/system/thread/mounted';
import { listensOf, nginxesOf } from '../../../lib/system/thread/nginx-of-pod';

const SETTINGS: readonly SettingName[] = ['timeout', 'lifetime', 'answer', 'drain', 'affinityTtl'];

/** Everything that is read of some manifests, a fact on a line. */
export function factsOf(bundle: Bundle): readonly string[] {
  const workloads = bundle.ofKind(...WORKLOAD_KINDS);
  return [
    ...routesOf(bundle).map((route) => `${named(route)} is of ${controllerOf(bundle, route)}`),
    ...entrancesOf(bundle).flatMap((entrance) => {
      const { route, reference } = entrance;
      const where = `${named(route)} ${printPath(reference.path)}`;
      const { tier, reasons } = evidenceAt(bundle, entrance);
      const dialect = platformOf(entrance.controller)?.dialect;
      return [
        `${where}: ${tier}, ${reasons.join(', ')}`,
        switched(where, 'bound', affinityOf(bundle, entrance)),
        switched(where, 'upgrades', dialect?.upgrades?.(entrance)),
      ];
    }),
    ...SETTINGS.flatMap((name) => settingsOf(bundle, name).map((one) => setting(name, one))),
    ...healthChecksOf(bundle).map(
      ({ object, asks, schedule }) =>
        `health check of ${named(object)}: ${asks.map(({ path, text }) => `${printPath(path)} ${text}`).join(', ')} ${JSON.stringify(schedule)}`,
    ),
    ...threadsOf(bundle).flatMap(thread),
    ...workloads.flatMap((workload) => served(bundle, workload)),
    ...sentencesOf(bundle),
  ];
}

function named({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}

/** As JSON, in which an object of a cluster is its name. */
function printed(value: unknown): string {
  return JSON.stringify(value, (_, part) => (part?.metadata === undefined ? part : named(part)));
}

interface Switch {
  readonly object: Manifest;
  readonly path: FieldPath;
  readonly words: string;
  readonly change: string;
  readonly edits: readonly object[];
}

function switched(
  where: string,
  what: string,
  found: (Switch & ({ bound: boolean } | { allowed: boolean })) | undefined,
) {
  if (found === undefined) return `${where}: of ${what} nothing is known`;
  const yes = 'bound' in found ? found.bound : found.allowed;
  const { object, path, words, change, edits } = found;
  return `${where}: ${what} ${yes ? 'yes' : 'no'}, ${words} (${named(object)} ${printPath(path)}); ${change} ${JSON.stringify(edits)}`;
}

function setting(name: SettingName, one: ReturnType<typeof settingsOf>[number]): string {
  const { object, path, seconds, unreadable, words, kind, meaning, workloads } = one;
  const what = `${name} of ${kind} (${meaning ?? '–'}): ${words}, ${seconds ?? '–'} s${unreadable ? ', unreadable' : ''}`;
  const change = `${one.change(77)} ${JSON.stringify(one.edits(77))}`;
  return `${what} (${named(object)} ${printPath(path)}, for ${workloads.map(named).join(', ')}); ${change}`;
}

function thread({ route, host, asked, workload, steps }: Thread): readonly string[] {
  const way = `${host ?? '*'}${asked} of ${named(route)}`;
  return [
    `${way} leads to ${workload === undefined ? 'nothing' : named(workload)}`,
    ...steps.map(
      ({ at, state, object, path, words, expected, fix }) =>
        `${way}, ${at} ${state}: ${words} (${named(object)} ${printPath(path)})${expected === undefined ? '' : `; ${expected}`}${fix === undefined ? '' : `; ${fix}`}`,
    ),
  ];
}

function served(bundle: Bundle, workload: Manifest): readonly string[] {
  const name = named(workload);
  const { tier, reasons, sessions } = evidenceOf(bundle, workload);
  const room = nginxRoomOf(bundle, workload);
  return [
    `${name}: ${tier}, ${reasons.join(', ')}${sessions ? ', sessions' : ''}`,
    `${name}: heartbeat ${printed(heartbeatOf(bundle, workload))}`,
    ...containersOf(workload).flatMap((container) => {
      const hook = preStopOf(container);
      return hook === undefined ? [] : [`${name}: preStop ${JSON.stringify({ ...hook, path: printPath(hook.path) })}`];
    }),
    ...nginxesOf(bundle, workload).map(
      ({ container, files, servers, complete, unread }) =>
        `${name}: nginx of ${container.name} reads ${files.map(({ configMap, path }) => `${named(configMap)} ${printPath(path)}`).join(', ') || 'nothing'}, listens on ${servers.map(({ block }) => listensOf(block)?.join(' ') ?? '?').join(', ')}${complete ? '' : ', and maybe more'}${unread.map(({ file }) => `, leaves ${file}`).join('')}`,
    ),
    ...(room === undefined ? [] : [`${name}: room for ${room.clients}, ${room.because}`]),
    ...mountFlaws(bundle, workload).map((flaw) => `${name}: ${printed(flaw)}`),
    ...shutdownOf(bundle, workload).map(
      ({ atSeconds, untilSeconds, actor, event }) => `${name}: ${atSeconds}–${untilSeconds} s ${actor}: ${event}`,
    ),
  ];
}
