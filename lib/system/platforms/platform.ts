import type { Bundle } from '../../manifest/bundle';
import type { Edit } from '../../manifest/edit';
import type { FieldPath } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { EntranceKind, EntranceLimits, Knob, TimeoutMeaning } from '../../timing/limits';
import type { Entrance } from '../entrance';
import type { RouteKind } from '../route';

/** One kind of balancer, as manifests show it. What it permits and what its knobs mean stands in `timing/limits.ts`. */
export interface Platform {
  readonly kind: EntranceKind;
  /** Whose network the balancer is a part of; `none` for a proxy that runs in the cluster. */
  readonly cloud: 'google' | 'aws' | 'azure' | 'none';
  /** It is no proxy: packets go through it, and it asks nothing of a pod by itself. @default false */
  readonly passesThrough?: boolean;
  /** Which routes it takes; `undefined` where no controller makes it. */
  readonly owns: Ownership | undefined;
  /** How it is told what to do. */
  readonly dialect: Dialect;
}

/** A platform whose controller takes routes. */
export interface Owner extends Platform {
  readonly owns: Ownership;
}

/** Which routes a controller takes. */
export interface Ownership {
  readonly routes: readonly RouteKind[];
  /** The names of its class. */
  readonly classes: RegExp;
  /** Where an Ingress must name the class: GKE's controller skips what the others ask for. */
  readonly classIn: 'annotation' | 'field';
  /** Annotations of another controller whose class has the same name; a route that carries them, and none of ours, belongs to that one. */
  readonly rival?: RegExp;
  /** Takes a route that names no class at all, provided that this holds. @default - only one that carries annotations of its dialect and of no other */
  readonly unclassed?: (bundle: Bundle, route: Manifest) => boolean;
}

/** How the balancers of one controller are told what to do, and how that is read. Several kinds of balancer may share one. */
export interface Dialect {
  /** Who reads it, as in "an annotation of …". */
  readonly reader: string;
  /** Prefixes of annotations of a route that nobody else reads. */
  readonly prefixes: readonly string[];
  /** What is called differently elsewhere: the short names of other controllers' annotations, in this dialect's words. @default {} */
  readonly translations?: Readonly<Record<string, string>>;
  /** The kinds of objects in which its settings stand, besides the routes themselves. */
  readonly kinds: readonly string[];
  /** The kinds of objects in which its health checks stand. */
  readonly healthCheckKinds: readonly string[];
  /** Where the balancers behind these entrances are told `name`. */
  readonly settings: (bundle: Bundle, name: SettingName, entrances: readonly Entrance[]) => readonly Setting[];
  /** What binds clients to pods behind an entrance; `undefined` where what would say so is missing as a whole. */
  readonly affinity: (bundle: Bundle, entrance: Entrance) => Affinity | undefined;
  /** Whether an entrance lets upgrades to WebSockets through, where that has to be switched on. @default - they pass everywhere */
  readonly upgrades?: (entrance: Entrance) => Upgrades;
  /** Annotations of a Service that look as if its balancer were told something, and that only another one reads. @default - none */
  readonly unread?: (service: Manifest) => readonly Unread[];
  /** Every health check that is written for one of its balancers. */
  readonly healthChecks: (bundle: Bundle) => readonly HealthCheck[];
}

/** The settings that take seconds, whatever a platform calls them. */
export type SettingName = 'timeout' | 'lifetime' | 'answer' | 'drain' | 'affinityTtl';

/** One setting of a balancer, as it stands in a manifest. */
export interface Setting {
  /** The object it is written in, or would be. */
  readonly object: Manifest;
  readonly path: FieldPath;
  /** What is written; `undefined` where nothing is, or nothing that can be read. */
  readonly seconds: number | undefined;
  /** Something is written that the controller cannot read. */
  readonly unreadable: boolean;
  /** What stands there, in words: `30 s`, `not written, so 60 s`. */
  readonly words: string;
  /** The change that makes it this many seconds, in words. */
  readonly change: (seconds: number) => string;
  /** The same for a machine; nothing where the value is part of a longer text. */
  readonly edits: (seconds: number) => readonly Edit[];
  readonly kind: EntranceKind;
  readonly limits: EntranceLimits;
  readonly knob: Knob;
  /** What it limits, where it is a timeout or a lifetime. */
  readonly meaning: TimeoutMeaning | undefined;
  /** The workloads behind it. */
  readonly workloads: readonly Manifest[];
  readonly entrances: readonly Entrance[];
}

/** What binds a client to one pod, as it stands in a manifest. */
export interface Affinity {
  readonly bound: boolean;
  /** The object in which it is written, or would be. */
  readonly object: Manifest;
  readonly path: FieldPath;
  /** What stands there, in words. */
  readonly words: string;
  /** The change that binds clients, in words. */
  readonly change: string;
  readonly edits: readonly Edit[];
}

/** The switch that lets upgrades through an entrance. */
export interface Upgrades {
  readonly allowed: boolean;
  readonly object: Manifest;
  readonly path: FieldPath;
  /** What stands there, in words. */
  readonly words: string;
  /** The change that lets them through, in words. */
  readonly change: string;
  readonly edits: readonly Edit[];
}

/** An annotation that nobody reads where it stands. */
export interface Unread {
  readonly annotation: string;
  /** Who would, in words. */
  readonly reader: string;
  /** How the same is said here. */
  readonly instead: string;
}

/** A health check that a balancer makes by itself, as it is written. */
export interface HealthCheck {
  readonly object: Manifest;
  /** The paths that are asked. */
  readonly asks: readonly { readonly path: FieldPath; readonly text: string }[];
  /** How often, and for how long an answer may take; `undefined` where neither is written, or where the platform is not known to refuse anything. */
  readonly schedule: { readonly every: Seconds; readonly timeout: Seconds } | undefined;
}

/** A number of seconds with its place; `written` is `undefined` where the default applies. */
export interface Seconds {
  readonly path: FieldPath;
  readonly written: number | undefined;
  readonly defaultSeconds: number;
}
