import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadAll } from 'js-yaml';
import { InvalidInputError } from '../../input/problems';
import type { Manifest } from '../../manifest/manifest';

/**
 * The objects in a folder of manifests, as `cdk8s synth` wrote it.
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
  return [...files].sort().flatMap((file) => {
    try {
      return (loadAll(fs.readFileSync(path.join(folder, file), 'utf8')) as unknown[]).filter(isManifest);
    } catch (error) {
      throw new InvalidInputError([
        `${path.join(folder, file)} is not YAML: ${(error as Error).message.split('\n')[0]}`,
      ]);
    }
  });
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Partial<Manifest>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}
