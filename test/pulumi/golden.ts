import * as fs from 'node:fs';
import * as path from 'node:path';
import { dump } from 'js-yaml';
import { fileNames, type Manifest } from '../../lib/manifest';
import type { Registration } from './recording-monitor';
import type { Result } from './run-program';

export const GOLDEN_FOLDER = path.join(__dirname, '__snapshots__');

/** The annotation that Pulumi alone reads. */
const PULUMI_ANNOTATION = /^pulumi\.com\//;

/** Compares text with a file of this folder, which `UPDATE_GOLDEN=1 npx jest test/pulumi` writes. */
export function expectGolden(name: string, text: string): void {
  const file = path.join(GOLDEN_FOLDER, name);
  if (process.env.UPDATE_GOLDEN === '1') {
    fs.mkdirSync(GOLDEN_FOLDER, { recursive: true });
    fs.writeFileSync(file, text);
  }
  expect(text).toBe(fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : `no ${name} yet`);
}

/**
 * A recording as YAML for people: sorted by type and name, because the order in which a program registers is not that of its text. What `cdk8s synth` writes to a file of its
 * own is named by that file and not repeated; that the two are the same is a test of its own.
 */
export function golden(result: Result): string {
  const objects = new Map<Registration, Manifest>();
  for (const resource of result.resources) {
    const manifest = manifestOf(resource);
    if (manifest !== undefined) objects.set(resource, manifest);
  }
  const manifests = [...objects.values()];
  const names = fileNames(manifests);
  const fileOf = new Map(manifests.map((manifest, i) => [manifest, names[i]]));
  const resources = [...result.resources].sort((left, right) => (key(left) < key(right) ? -1 : 1));
  return dump(
    {
      resources: Object.fromEntries(
        resources.map((resource) => {
          const manifest = objects.get(resource);
          return [key(resource), entry(resource, manifest === undefined ? undefined : fileOf.get(manifest))];
        }),
      ),
      outputs: result.outputs,
    },
    { noRefs: true, lineWidth: -1 },
  );
}

export function key(resource: Registration): string {
  return `${resource.type} ${resource.name}`;
}

/** The manifest that a resource was made of, without what only Pulumi reads; undefined for what is not an object of Kubernetes. */
export function manifestOf(resource: Registration): Manifest | undefined {
  if (!resource.type.startsWith('kubernetes:')) return undefined;
  const manifest = resource.inputs as unknown as Manifest;
  const { annotations, ...metadata } = manifest.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([name]) => !PULUMI_ANNOTATION.test(name));
  return {
    ...manifest,
    metadata: { ...metadata, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) },
  };
}

function entry(resource: Registration, file: string | undefined): Record<string, unknown> {
  const timeout = resource.timeouts?.create;
  const annotations = (resource.inputs.metadata as Manifest['metadata'] | undefined)?.annotations ?? {};
  const added = Object.entries(annotations).filter(([name]) => PULUMI_ANNOTATION.test(name));
  const fields = {
    parent: resource.parent,
    provider: resource.provider,
    protect: resource.protect,
    dependsOn: resource.dependsOn,
    ignoreChanges: resource.ignoreChanges,
    timeout,
    // The SDK of Google Cloud marks these two of every resource.
    secretOutputs: resource.secretOutputs.filter((name) => !/^(effectiveLabels|pulumiLabels)$/.test(name)),
    deletedWith: resource.deletedWith,
    manifest: file,
    added: Object.fromEntries(added),
    inputs: file === undefined ? resource.inputs : {},
  };
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined &&
        value !== '' &&
        value !== false &&
        !(typeof value === 'object' && Object.keys(value as object).length === 0),
    ),
  );
}
