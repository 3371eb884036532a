import { createHash } from 'node:crypto';

/** The annotation of a pod template that replaces the pods when their configuration changes. */
export const CONFIG_HASH = 'holdfast/config-hash';

/** What it holds: a short hash of the configuration's text. */
export function configHashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
