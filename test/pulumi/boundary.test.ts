import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from './run-program';

/** An import that is there when the program runs; `import type` is not. */
const RUN_TIME_IMPORT =
  /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^']+)'|require\('([^']+)'\)|import\('([^']+)'\)/gms;

function sources(folder: string): readonly string[] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}

function importsOf(file: string): readonly string[] {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  return [...text.matchAll(RUN_TIME_IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** Does this import bring Pulumi in, by name or through the folder that does? */
function bringsPulumi(file: string, imported: string): boolean {
  if (imported.startsWith('@pulumi/')) return true;
  return imported.startsWith('.') && path.normalize(path.join(path.dirname(file), imported)).startsWith('lib/pulumi');
}

const lib = sources('lib').filter((file) => !file.startsWith('lib/pulumi/'));
const stacks = sources('stacks').filter((file) => !/^stacks\/pulumi(-stack|-config|-cloud|-target)?\.ts$/.test(file));

test.each([...lib, ...stacks])('%s starts without Pulumi', (file) => {
  expect(importsOf(file).filter((imported) => bringsPulumi(file, imported))).toEqual([]);
});

test('Pulumi is imported by whole packages nowhere but from its core, so that compiling stays quick', () => {
  const imported = [...sources('lib'), ...sources('stacks')].flatMap(importsOf);
  expect(imported.filter((name) => name === '@pulumi/gcp' || name === '@pulumi/kubernetes')).toEqual([]);
  expect(imported.filter((name) => name.startsWith('@pulumi/gcp/')).length).toBeGreaterThan(10);
});

test('Nothing of Pulumi is imported that its documentation does not have', () => {
  const imported = [...sources('lib'), ...sources('stacks')].flatMap(importsOf);
  expect(imported.filter((name) => /^@pulumi\/.*utilities/.test(name))).toEqual([]);
});

test('Fails to overlook an import: the ones that Pulumi has are found', () => {
  expect(bringsPulumi('stacks/dev.ts', '../lib/pulumi')).toBe(true);
  expect(importsOf('stacks/pulumi.ts').some((imported) => bringsPulumi('stacks/pulumi.ts', imported))).toBe(true);
});

test('The package asks nobody to install Pulumi who does not use it', () => {
  const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    peerDependencies: Record<string, string>;
    peerDependenciesMeta: Record<string, { optional: boolean }>;
  };
  expect(Object.keys(manifest.dependencies).filter((name) => name.startsWith('@pulumi/'))).toEqual([]);
  for (const name of ['@pulumi/gcp', '@pulumi/kubernetes', '@pulumi/pulumi']) {
    expect(manifest.peerDependencies).toHaveProperty([name]);
    expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
  }
});
