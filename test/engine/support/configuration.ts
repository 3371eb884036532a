import * as fs from 'node:fs';
import * as path from 'node:path';
import { load } from 'js-yaml';
import { ROOT } from './workbench';

/** The API servers of the stories. */
export const SERVERS = { dev: 'https://dev.invalid', production: 'https://production.invalid' } as const;

/** What a person sets for each stack before its first deployment. */
export const CONFIG = {
  dev: { 'gcp:project': 'p', 'kubernetes:context': 'dev', 'holdfast:clusterId': 'cluster-dev' },
  production: {
    'gcp:project': 'p',
    'gcp:region': 'europe-west1',
    'kubernetes:context': 'production',
    'holdfast:clusterId': 'cluster-production',
    'holdfast:cluster': { name: 'chat', location: 'europe-west1' },
    'holdfast:backupLocation': 'europe-west4',
    'holdfast:dns': { zone: 'example' },
    'holdfast:notifications': { emails: ['oncall@coditect.ai'] },
  },
} as const;

/** What the program registers, by the golden file that the suite without an engine keeps; and what the engine adds. */
export function keysOf(stack: 'dev' | 'production'): readonly string[] {
  const file = path.join(ROOT, 'test/pulumi/__snapshots__', `${stack}.yaml`);
  const { resources } = load(fs.readFileSync(file, 'utf8')) as { resources: Readonly<Record<string, unknown>> };
  const added = [
    `pulumi:pulumi:Stack holdfast-${stack}`,
    'pulumi:providers:pulumi default',
    ...(stack === 'dev' ? [] : ['pulumi:providers:gcp default_9_37_0']),
  ];
  return [...Object.keys(resources), ...added]
    .map((key) => `create ${key}`)
    .sort()
    .map((key) => key.slice('create '.length));
}
