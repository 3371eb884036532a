import * as fs from 'node:fs';

/** The manifests in a folder and below, by their paths. */
export function tree(folder: string): readonly string[] {
  return (fs.readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.yaml')).sort();
}
