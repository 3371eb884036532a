import type { FieldPath } from '../../manifest/field';
import type { ContainerAt } from '../../system/pod';
import type { PreStop } from '../../system/pre-stop';

/** Where a container says how long it waits before it stops, and what stands there, in words. */
export function waitOf(
  container: ContainerAt,
  hook: PreStop | undefined,
): { readonly path: FieldPath; readonly actual: string } {
  return hook === undefined
    ? { path: [...container.path, 'lifecycle', 'preStop'], actual: `container ${container.name} has no preStop hook` }
    : { path: hook.path, actual: `container ${container.name} waits ${hook.seconds} s` };
}
