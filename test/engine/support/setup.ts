import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { transformFileSync } from '@swc/core';
import { typeTable } from '../stand-ins/sdk-type-table';
import { buildEngine, cache, hashOf } from './engine';

const ROOT = path.join(__dirname, '..', '..', '..');
const STAND_INS = path.join(ROOT, 'test/engine/stand-ins');

/** The commands that the suite puts in front of those of this machine, and the stand-in that each of them is. */
const COMMANDS = { kubectl: 'kubectl', gcloud: 'gcloud', 'pulumi-language-nodejs': 'language-host' };

/** The providers, by the SDK whose version they answer for. */
const PROVIDERS = { kubernetes: 'kubernetes-provider', gcp: 'google-provider' };

/**
 * Makes everything that the stories run on: Pulumi's command line with its engine, built once and kept outside of the tree; the stand-ins, as JavaScript; the types
 * of the SDKs, as a table. Says where in `HOLDFAST_ENGINE`.
 */
export default function setup(): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-engine-'));
  const commands = path.join(folder, 'bin');
  fs.mkdirSync(commands);
  // Beside its language host, as in a release; a link would lead elsewhere.
  hardLink(buildEngine(), path.join(commands, 'pulumi'));
  transpile(path.join(folder, 'js'));
  for (const [command, script] of Object.entries(COMMANDS)) executable(path.join(commands, command), folder, script);
  for (const [name, script] of Object.entries(PROVIDERS)) {
    const { version } = require(`@pulumi/${name}/package.json`) as { version: string };
    const plugin = path.join(folder, 'home', 'plugins', `resource-${name}-v${version}`);
    fs.mkdirSync(plugin, { recursive: true });
    executable(path.join(plugin, `pulumi-resource-${name}`), folder, script);
  }
  fs.copyFileSync(types(), path.join(folder, 'sdk-types.json'));
  process.env.HOLDFAST_ENGINE = folder;
}

/** The table of types, which takes seconds to read from the declarations. */
function types(): string {
  const made = ['gcp', 'kubernetes'].map((name) => require.resolve(`@pulumi/${name}/package.json`));
  const file = path.join(cache(hashOf([...made, path.join(STAND_INS, 'sdk-type-table.ts')])), 'sdk-types.json');
  if (!fs.existsSync(file)) {
    fs.writeFileSync(`${file}.${process.pid}`, JSON.stringify(typeTable(path.join(ROOT, 'node_modules'))));
    fs.renameSync(`${file}.${process.pid}`, file);
  }
  return file;
}

function transpile(folder: string): void {
  fs.mkdirSync(folder);
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  for (const file of fs.readdirSync(STAND_INS)) {
    const { code } = transformFileSync(path.join(STAND_INS, file), { configFile: path.join(ROOT, '.swcrc') });
    fs.writeFileSync(path.join(folder, file.replace(/\.ts$/, '.js')), code);
  }
}

function executable(file: string, folder: string, script: string): void {
  const program = path.join(folder, 'js', `${script}.js`);
  fs.writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
}

function hardLink(from: string, to: string): void {
  try {
    fs.linkSync(from, to);
  } catch {
    // Another file system.
    fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE);
  }
}
