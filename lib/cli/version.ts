import * as fs from 'node:fs';
import * as path from 'node:path';

/** The version of this package, wherever it runs from. */
export function ownVersion(): string {
  for (const up of ['../..', '../../..']) {
    const file = path.join(__dirname, up, 'package.json');
    if (fs.existsSync(file)) return String((JSON.parse(fs.readFileSync(file, 'utf8')) as { version: unknown }).version);
  }
  return 'unknown';
}
