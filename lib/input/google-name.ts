import { type Problems, shown } from './problems';

const NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/**
 * The name of a resource of Google Compute and Cloud DNS (RFC 1035): what an Ingress refers to it by.
 *
 * @see https://docs.cloud.google.com/compute/docs/naming-resources
 */
export function checkGoogleName(problems: Problems, path: string, value: string): void {
  if (value.length <= 63 && NAME.test(value)) return;
  problems.add(
    path,
    `${shown(value)} is not a name for a Google Cloud resource; use at most 63 lower-case letters, digits and "-", starting with a letter and not ending with "-"`,
  );
}
