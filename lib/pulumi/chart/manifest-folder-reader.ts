import * as fs from 'node:fs';
import * as path from 'node:path';
import { InvalidInputError } from '../../input/problems';
import { loadPaths } from '../../manifest/load';
import type { Manifest } from '../../manifest/manifest';

/**
 * The objects in a folder of manifests, as `cdk8s synth` wrote it. Folders below it are those of other environments and are not read.
 *
 * @throws {InvalidInputError} when the folder cannot be read, holds no manifest, or holds a file that is not one
 */
export function readManifests(folder: string): readonly Manifest[] {
  let files: readonly string[];
  try {
    files = fs.readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  } catch (error) {
    throw new InvalidInputError([`${folder} cannot be read: ${(error as Error).message}`]);
  }
  if (files.length === 0)
    throw new InvalidInputError([`${folder} holds no manifests; name the folder of one environment`]);
  const { bundle, problems } = loadPaths([...files].sort().map((file) => path.join(folder, file)));
  if (problems.length > 0) throw new InvalidInputError(problems);
  return bundle.objects;
}
