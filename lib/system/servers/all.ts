import type { Bundle } from '../../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { type ContainerAt, configMapsOf, containersOf, environmentOf } from '../pod';
import { COLLABORATION } from './collaboration';
import { REALTIME } from './realtime';
import type { HeartbeatSetting, KnownServer } from './server';
import { WORKBENCHES } from './workbenches';

/** Every server that is known. Adding one is one entry in one of the three lists. */
export const SERVERS: readonly KnownServer[] = Object.freeze([...REALTIME, ...COLLABORATION, ...WORKBENCHES]);

const BY_IMAGE = new Map(SERVERS.flatMap((server) => server.images.map((image) => [image, server] as const)));
const BY_CHART = new Map(SERVERS.flatMap((server) => (server.charts ?? []).map((chart) => [chart, server] as const)));

/** A server that a workload runs, with how that is known. */
export interface Recognized {
  readonly server: KnownServer;
  /** `image nats:2.10`, or the label of its chart. */
  readonly words: string;
  readonly container: ContainerAt;
}

/** The server that a workload runs: by an image, else by the name that its chart gives the pods. */
export function recognized(workload: Manifest): Recognized | undefined {
  const containers = containersOf(workload);
  for (const container of containers) {
    const image = textOf(container.value.image);
    const server = image === undefined ? undefined : serverOfImage(image);
    if (server !== undefined) return { server, words: `image ${image}`, container };
  }
  const label = ['spec', 'template', 'metadata', 'labels', 'app.kubernetes.io/name'];
  const chart = textOf(valueAt(workload, label));
  const server = chart === undefined ? undefined : BY_CHART.get(chart);
  const [first] = containers;
  if (server === undefined || first === undefined) return undefined;
  return { server, words: `pods of the chart ${chart}`, container: first };
}

/** The server of an image, whatever registry mirrors it. */
export function serverOfImage(image: string): KnownServer | undefined {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const parts = repository.split('/');
  for (let from = 0; from < parts.length; from += 1) {
    const found = BY_IMAGE.get(parts.slice(from).join('/'));
    // The last word alone is a name only where nobody else put it into a folder of theirs.
    const bare = from === parts.length - 1;
    if (found !== undefined && (!bare || isOfficial(parts))) return found;
  }
  return undefined;
}

function isOfficial(parts: readonly string[]): boolean {
  const owner = parts.at(-2);
  return owner === undefined || ['library', '_', 'bitnami', 'bitnamilegacy'].includes(owner) || owner.includes('.');
}

/** What a manifest says of a known server's heartbeat, in seconds, with where. */
export function writtenHeartbeat(
  bundle: Bundle,
  workload: Manifest,
  { server, container }: Recognized,
): Readonly<Partial<Record<'interval' | 'grace', { readonly seconds: number; readonly words: string }>>> {
  const found: Partial<Record<'interval' | 'grace', { seconds: number; words: string }>> = {};
  for (const setting of server.settings ?? []) {
    const { of = 'interval', unit } = setting;
    const value = found[of] === undefined ? settingValue(bundle, workload, container, setting) : undefined;
    const seconds = value === undefined ? undefined : durationOf(value.text, unit);
    if (value !== undefined && seconds !== undefined && seconds > 0) found[of] = { seconds, words: value.words };
  }
  return found;
}

function settingValue(
  bundle: Bundle,
  workload: Manifest,
  container: ContainerAt,
  { env, argument, config }: HeartbeatSetting,
): { readonly text: string; readonly words: string } | undefined {
  if (env !== undefined) {
    const text = environmentOf(container, env)?.value;
    return text === undefined ? undefined : { text, words: `${env} of container ${container.name}` };
  }
  if (argument !== undefined) {
    const line = [...listOf(container.value.command), ...listOf(container.value.args)].map(String);
    const at = line.findIndex((word) => word === argument || word.startsWith(`${argument}=`));
    const text = line[at]?.includes('=') === true ? line[at]?.split('=')[1] : line[at + 1];
    return at === -1 || text === undefined ? undefined : { text, words: `${argument} of container ${container.name}` };
  }
  for (const configMap of config === undefined ? [] : configMapsOf(bundle, workload, container)) {
    for (const [name, content] of Object.entries(mappingOf(configMap.data))) {
      const text = typeof content === 'string' ? config?.exec(content)?.[1] : undefined;
      if (text !== undefined) return { text, words: `${name} of ConfigMap ${configMap.metadata.name}` };
    }
  }
  return undefined;
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** `30`, `30s`, `2m`, `1m30s` as seconds; a bare number has `unit`. */
function durationOf(text: string, unit: 's' | 'ms'): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * (UNITS[unit] ?? 1);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (total, [, amount, of = 's']) => total + Number(amount) * (UNITS[of] ?? 1),
    0,
  );
}
