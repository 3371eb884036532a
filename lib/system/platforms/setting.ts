import { type FieldPath, numberOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import {
  balancerNamed,
  type EntranceKind,
  type EntranceLimits,
  type Knob,
  limitsOf,
  type TimeoutMeaning,
} from '../../timing/limits';
import type { BoundConfig } from '../backend-binding';
import type { Entrance } from '../entrance';
import type { Setting, SettingName } from './platform';

/** Where one setting stands and what stands there. */
export interface Written {
  readonly name: SettingName;
  readonly object: Manifest;
  readonly path: FieldPath;
  readonly kind: EntranceKind;
  readonly entrances: readonly Entrance[];
  /** As it is written; `undefined` where nothing is. */
  readonly text: unknown;
  readonly seconds: number | undefined;
  /** Said before the value, where the field alone does not say which setting is meant. @default - nothing */
  readonly label?: string;
  /** The workloads behind it. @default - those of the entrances */
  readonly workloads?: readonly Manifest[];
  /** How the change is written. @default - set the field to the number */
  readonly change?: (seconds: number) => string;
  /** The value of the whole field for this many seconds; `undefined` where the field says more than that. @default - the number */
  readonly value?: ((seconds: number) => unknown) | undefined;
}

/** A setting; none where the platform has no such knob. */
export function settingAt(written: Written): readonly Setting[] {
  const { name, object, path, kind, entrances, text, seconds, label } = written;
  const limits = limitsOf(kind);
  const { knob, meaning } = knobOf(limits, name);
  if (knob === undefined) return [];
  const value = 'value' in written ? written.value : (amount: number) => amount;
  const unreadable = text !== undefined && seconds === undefined;
  const words =
    seconds !== undefined
      ? Number.isFinite(seconds)
        ? `${seconds} s`
        : 'no limit'
      : unreadable
        ? `"${wordsOf(text)}", which is no number of seconds`
        : knob.defaultSeconds === undefined
          ? `not written on ${balancerNamed(kind)}`
          : `not written, so ${knob.defaultSeconds} s`;
  return [
    {
      object,
      path,
      seconds,
      unreadable,
      words: label === undefined ? words : `${label}: ${words}`,
      change: written.change ?? ((amount) => `set ${knob.field} to ${amount}`),
      edits: (amount) => (value === undefined ? [] : [{ path, value: value(amount) }]),
      kind,
      limits,
      knob,
      meaning,
      workloads: written.workloads ?? [...new Set(entrances.flatMap(({ workloads }) => workloads))],
      entrances,
    },
  ];
}

/** The knob that a setting turns; none where the platform has no such knob. */
function knobOf(
  limits: EntranceLimits,
  name: SettingName,
): { readonly knob?: Knob | undefined; readonly meaning?: TimeoutMeaning } {
  if (name !== 'timeout')
    return name === 'lifetime' ? { knob: limits.lifetime, meaning: name } : { knob: limits[name] };
  const { timeout } = limits;
  return typeof timeout === 'string' ? {} : { knob: timeout, meaning: timeout.meaning };
}

/** What several classes share must satisfy all of them; the one that counts lifetimes asks for more. */
function strictest(entrances: readonly Entrance[]): EntranceKind | undefined {
  const kinds = entrances.flatMap(({ controller }) => (controller === 'other' ? [] : [controller]));
  return kinds.find((kind) => knobOf(limitsOf(kind), 'timeout').meaning === 'lifetime') ?? kinds[0];
}

/** A setting in one field of every object that is bound to backends; none where there is no such field, or no class that is known reads it. */
export function boundSettings(
  name: SettingName,
  path: FieldPath | undefined,
  bound: readonly BoundConfig[],
): readonly Setting[] {
  if (path === undefined) return [];
  return bound.flatMap(({ config, entrances }) => {
    const kind = strictest(entrances);
    const text = valueAt(config, path);
    return kind === undefined
      ? []
      : settingAt({ name, object: config, path, kind, entrances, text, seconds: numberOf(text) });
  });
}
