import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Loaded, loadTexts } from '../../lib/manifest';

/** What a fixture assumes in its first line: `# assume: websocket`. Elsewhere its manifests show what they are. */
export function fixture(code: string): { readonly text: string; readonly loaded: Loaded } {
  const text = fs.readFileSync(path.join(__dirname, 'fixtures', `${code.toLowerCase()}.yaml`), 'utf8');
  return { text, loaded: assumed(loadTexts(new Map([['fixture.yaml', text]])), text) };
}

/** The same, under what the first line of the text assumes. */
export function assumed(loaded: Loaded, text: string): Loaded {
  const is = /^# assume: (websocket|http)\n/.exec(text)?.[1] as 'websocket' | 'http' | undefined;
  if (is === undefined) return loaded;
  return { ...loaded, bundle: loaded.bundle.assuming([{ object: '*/*', is, said: `--assume ${is}` }]) };
}
