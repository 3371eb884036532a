import { annotationOf } from '../manifest/annotation';
import type { Bundle } from '../manifest/bundle';
import { type FieldPath, mappingOf, numberOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import type { BalancerKind, BalancerLimits } from '../timing/limits';
import { limitsOf } from '../timing/limits';
import { backendPolicies, boundConfigs } from './backend-config';
import { type Entrance, entrancesOf } from './entrance';

/** One setting of a balancer that takes seconds, as it stands in a manifest. */
export interface Setting {
  /** The object it is written in, or would be. */
  readonly object: Manifest;
  readonly path: FieldPath;
  /** What is written; `undefined` where nothing is. */
  readonly seconds: number | undefined;
  readonly limits: BalancerLimits;
  readonly kind: BalancerKind;
  /** The workloads behind it. */
  readonly workloads: readonly Manifest[];
  readonly entrances: readonly Entrance[];
  /** Written as part of a longer text, so that an edit of the field alone cannot change it. */
  readonly inText: boolean;
}

/** The settings that balancers of every platform have. */
export type SettingName = 'timeout' | 'drain' | 'affinityTtl';

const FIELDS: Readonly<Record<'BackendConfig' | 'GCPBackendPolicy', Readonly<Record<SettingName, FieldPath>>>> = {
  BackendConfig: {
    timeout: ['spec', 'timeoutSec'],
    drain: ['spec', 'connectionDraining', 'drainingTimeoutSec'],
    affinityTtl: ['spec', 'sessionAffinity', 'affinityCookieTtlSec'],
  },
  GCPBackendPolicy: {
    timeout: ['spec', 'default', 'timeoutSec'],
    drain: ['spec', 'default', 'connectionDraining', 'drainingTimeoutSec'],
    affinityTtl: ['spec', 'default', 'sessionAffinity', 'cookieTtlSec'],
  },
};

/** The annotation of AWS' controller that holds each attribute. */
export const ALB_ATTRIBUTES: Readonly<
  Record<SettingName, { readonly annotation: string; readonly attribute: string }>
> = {
  timeout: {
    annotation: 'alb.ingress.kubernetes.io/load-balancer-attributes',
    attribute: 'idle_timeout.timeout_seconds',
  },
  drain: {
    annotation: 'alb.ingress.kubernetes.io/target-group-attributes',
    attribute: 'deregistration_delay.timeout_seconds',
  },
  affinityTtl: {
    annotation: 'alb.ingress.kubernetes.io/target-group-attributes',
    attribute: 'stickiness.lb_cookie.duration_seconds',
  },
};

/** Where every balancer in the bundle is told `name`. */
export function settingsOf(bundle: Bundle, name: SettingName): readonly Setting[] {
  const google = (['BackendConfig', 'GCPBackendPolicy'] as const).flatMap((kind) =>
    (kind === 'BackendConfig' ? boundConfigs(bundle) : backendPolicies(bundle)).flatMap(({ config, entrances }) => {
      const path = FIELDS[kind][name];
      const first = entrances[0];
      if (first === undefined || first.controller === 'other') return [];
      return [setting(config, path, numberOf(valueAt(config, path)), strictest(entrances), entrances, false)];
    }),
  );
  const alb = albEntrances(bundle).map(([ingress, entrances]) => {
    const { annotation, attribute } = ALB_ATTRIBUTES[name];
    const value = albAttributes(annotationOf(ingress, annotation)).get(attribute);
    return setting(ingress, ['metadata', 'annotations', annotation], numberOf(value), 'aws-alb', entrances, true);
  });
  return [...google, ...alb];
}

/** Ingresses of AWS' controller with their entrances. */
export function albEntrances(
  bundle: Bundle,
): readonly (readonly [ingress: Manifest, entrances: readonly Entrance[]])[] {
  return byRoute(entrancesOf(bundle).filter(({ controller }) => controller === 'aws-alb'));
}

/** Entrances by the Ingress or HTTPRoute they belong to. */
export function byRoute(entrances: readonly Entrance[]): readonly (readonly [Manifest, readonly Entrance[]])[] {
  const found = new Map<Manifest, Entrance[]>();
  for (const entrance of entrances) {
    const list = found.get(entrance.route);
    if (list === undefined) found.set(entrance.route, [entrance]);
    else list.push(entrance);
  }
  return [...found];
}

/** `a=1,b=2`, over several lines or not, the way AWS' controller reads it. */
export function albAttributes(text: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    (text ?? '').split(',').map((item) => {
      const equals = item.indexOf('=');
      return equals === -1 ? [item.trim(), ''] : [item.slice(0, equals).trim(), item.slice(equals + 1).trim()];
    }),
  );
}

/** One BackendConfig behind two classes must satisfy both; the one that counts lifetimes asks for more. */
function strictest(entrances: readonly Entrance[]): BalancerKind {
  const kinds = entrances.map(({ controller }) => controller as BalancerKind);
  return kinds.find((kind) => limitsOf(kind).timeout.meaning === 'lifetime') ?? (kinds[0] as BalancerKind);
}

function setting(
  object: Manifest,
  path: FieldPath,
  seconds: number | undefined,
  kind: BalancerKind,
  entrances: readonly Entrance[],
  inText: boolean,
): Setting {
  const workloads = [...new Set(entrances.flatMap((entrance) => entrance.workloads))];
  return { object, path, seconds, kind, limits: limitsOf(kind), workloads, entrances, inText };
}

/** A block of a BackendConfig. */
export function blockOf(config: Manifest, ...path: readonly string[]): Readonly<Record<string, unknown>> {
  return mappingOf(valueAt(config, ['spec', ...path]));
}
