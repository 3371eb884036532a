import { annotationsOf } from '../manifest/annotation';
import type { Bundle } from '../manifest/bundle';
import type { Manifest } from '../manifest/manifest';
import { NO_REQUEST_SECONDS } from '../timing/fixed';
import type { Entrance } from './entrance';
import { OPT_OUT } from './entrances';
import type { Setting } from './platforms/platform';
import { protocolOfPath } from './servers/protocols';
import { settingsOf } from './settings';
import { takesUploads } from './uploads';

/**
 * - `declared`: somebody says so: an annotation, the timing, variables of our contract, `--assume`.
 * - `shown`: something in the manifests is there for nothing else.
 * - `unknown`: nothing shows it, nothing excludes it.
 * - `plain`: somebody says that it speaks plain HTTP.
 */
export type Tier = 'declared' | 'shown' | 'unknown' | 'plain';

/** Whether a workload holds long connections, and why that is believed. */
export interface Evidence {
  readonly tier: Tier;
  readonly reasons: readonly string[];
  /** All requests of a client must reach the pod that knows it. */
  readonly sessions: boolean;
}

export const NOTHING: Evidence = { tier: 'unknown', reasons: [], sessions: false };

/** What paths and annotations ask for, whoever reads them: somebody wrote them for connections. */
export function asks(
  objects: readonly Manifest[],
  paths: readonly string[],
  { target, streams = false }: { readonly target?: string; readonly streams?: boolean } = {},
): Evidence {
  const reasons: string[] = [];
  let sessions = false;
  for (const path of paths) {
    const known = protocolOfPath(path);
    if (known === undefined) continue;
    reasons.push(`path ${path}`);
    sessions ||= known.sessions;
  }
  for (const object of objects) {
    for (const [key, text] of annotationsOf(object)) {
      const services = key === 'nginx.org/websocket-services' ? text.split(',').map((one) => one.trim()) : undefined;
      if (target !== undefined && services?.includes(target) === false) continue;
      const seconds = /\/(proxy-read-timeout|timeout-tunnel)$/.test(key) ? Number.parseInt(text, 10) : 0;
      const affinity = /\/affinity$/.test(key) && text === 'cookie';
      sessions ||= affinity;
      if (affinity || (seconds >= NO_REQUEST_SECONDS && !streams && !takesUploads(object)))
        reasons.push(`annotation ${key}: ${text}`);
      else if (/websocket/i.test(key) && key !== OPT_OUT && text !== 'false') reasons.push(`annotation ${key}`);
      else if (/snippet/.test(key) && /set[_-]header\s+Upgrade\b/i.test(text)) reasons.push(`Upgrade in ${key}`);
    }
  }
  return shown(reasons, sessions);
}

/** The timeout of each entrance that waits for longer than a request takes. What a controller is told for everybody was written for nobody in particular. */
export function longTimeouts(bundle: Bundle): ReadonlyMap<Entrance, Setting> {
  return new Map(
    settingsOf(bundle, 'timeout')
      .filter(({ object }) => object.kind !== 'ConfigMap')
      .filter(({ seconds, object }) => (seconds ?? 0) >= NO_REQUEST_SECONDS && !takesUploads(object))
      .flatMap((setting) => setting.entrances.map((entrance) => [entrance, setting] as const)),
  );
}

export function shown(reasons: readonly string[], sessions: boolean): Evidence {
  return reasons.length === 0 ? NOTHING : { tier: 'shown', reasons, sessions };
}
