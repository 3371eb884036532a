import { type FieldPath, numberOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { HealthCheck, Seconds } from './platform';

/**
 * A health check as Google's two dialects write it.
 *
 * @see https://docs.cloud.google.com/load-balancing/docs/health-checks
 */
export function googleHealthCheck(
  object: Manifest,
  block: FieldPath,
  requestPaths: readonly FieldPath[],
  defaultSeconds: number,
): HealthCheck {
  const seconds = (field: string): Seconds => {
    const path = [...block, field];
    return { path, written: numberOf(valueAt(object, path)), defaultSeconds };
  };
  const every = seconds('checkIntervalSec');
  const timeout = seconds('timeoutSec');
  return {
    object,
    asks: requestPaths.flatMap((path) => {
      const text = textOf(valueAt(object, path));
      return text === undefined ? [] : [{ path, text }];
    }),
    schedule: every.written === undefined && timeout.written === undefined ? undefined : { every, timeout },
  };
}
