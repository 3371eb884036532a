import * as fs from 'node:fs';
import * as path from 'node:path';
import { Bundle, type Origin } from './bundle';
import { readDocuments } from './documents';
import type { Manifest } from './manifest';

/** What was asked to be read, and what became of it. */
export interface Loaded {
  readonly bundle: Bundle;
  /** Every text that was read, by the name it has in origins. */
  readonly texts: ReadonlyMap<string, string>;
  /** One sentence for everything that could not be read. */
  readonly problems: readonly string[];
  /** Documents that are no Kubernetes objects. */
  readonly foreign: number;
}

/** How {@link loadPaths} looks for files. */
export interface LoadOptions {
  /** The folder that paths are relative to. @default - the current one */
  readonly cwd?: string;
  /** Globs of files to leave out. @default [] */
  readonly exclude?: readonly string[];
  /** What `-` stands for. @default - standard input */
  readonly stdin?: () => string;
}

/** The name of standard input in findings. */
export const STDIN = '<stdin>';

/**
 * 32 MiB, the rendered manifests of thousands of applications. What is larger is a dump or an accident: one object can have 1.5 MiB at most.
 *
 * @see https://etcd.io/docs/latest/dev-guide/limit/
 */
const LARGEST_FILE = 32 * 1024 * 1024;

const EXTENSIONS = /\.(ya?ml|json)$/i;

/**
 * Reads manifests from files, folders (all `.yaml`, `.yml` and `.json` below them), globs and standard input (`-`), in the order given and
 * sorted within each. A file that is named twice is read once.
 */
export function loadPaths(paths: readonly string[], options: LoadOptions = {}): Loaded {
  const cwd = options.cwd ?? process.cwd();
  const problems: string[] = [];
  const texts = new Map<string, string>();
  let foreign = 0;
  for (const given of paths) {
    if (given === '-') {
      const text = (options.stdin ?? (() => fs.readFileSync(0, 'utf8')))();
      if (text.length > LARGEST_FILE) problems.push(tooLarge(STDIN, text.length));
      else texts.set(STDIN, text);
      continue;
    }
    for (const file of filesOf(given, cwd, options.exclude ?? [], problems)) {
      if (texts.has(file)) continue;
      const text = readFile(file, cwd, problems);
      if (text === undefined) continue;
      // What was found in a folder need not be a manifest: settings with comments in JSON, templates of other tools.
      if (file === given || text.includes('apiVersion')) texts.set(file, text);
      else foreign += 1;
    }
  }
  const loaded = loadTexts(texts, problems);
  return { ...loaded, foreign: loaded.foreign + foreign };
}

/** Reads manifests from texts, by name. */
export function loadTexts(texts: ReadonlyMap<string, string>, before: readonly string[] = []): Loaded {
  const problems = [...before];
  const origins = new Map<Manifest, Origin>();
  let foreign = 0;
  for (const [file, text] of texts) {
    const read = readDocuments(file, text);
    for (const { manifest, origin } of read.objects) origins.set(manifest, origin);
    problems.push(...read.problems);
    foreign += read.foreign;
  }
  return { bundle: new Bundle([...origins.keys()], origins), texts, problems, foreign };
}

function filesOf(given: string, cwd: string, exclude: readonly string[], problems: string[]): readonly string[] {
  const stats = fs.statSync(path.resolve(cwd, given), { throwIfNoEntry: false });
  if (stats?.isFile()) return [given];
  const isGlob = stats === undefined && /[*?[\]{}!]/.test(given);
  if (stats === undefined && !isGlob) {
    problems.push(`${given}: there is no such file or folder`);
    return [];
  }
  const pattern = isGlob ? given : `${escapeGlob(toPosix(given)).replace(/\/$/, '')}/**/*.{yaml,yml,json}`;
  // Loaded when it is needed: most runs name files.
  const { globSync } = require('tinyglobby') as typeof import('tinyglobby');
  const found = globSync(pattern, {
    cwd,
    ignore: ['**/node_modules/**', '**/.git/**', ...exclude],
    expandDirectories: false,
    absolute: path.isAbsolute(given),
    dot: false,
  })
    .filter((file) => EXTENSIONS.test(file))
    .sort();
  if (found.length === 0) problems.push(`${given}: holds no .yaml, .yml or .json file`);
  return found;
}

function readFile(file: string, cwd: string, problems: string[]): string | undefined {
  try {
    const at = path.resolve(cwd, file);
    const { size } = fs.statSync(at);
    if (size > LARGEST_FILE) {
      problems.push(tooLarge(file, size));
      return undefined;
    }
    return fs.readFileSync(at, 'utf8');
  } catch (error) {
    problems.push(`${file}: cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}

function tooLarge(file: string, size: number): string {
  return (
    `${file}: ${Math.ceil(size / 1024 / 1024)} MiB is more than the ${LARGEST_FILE / 1024 / 1024} MiB that are read at once; ` +
    'split it, or name the files you mean'
  );
}

function toPosix(file: string): string {
  return path.sep === '/' ? file : file.split(path.sep).join('/');
}

function escapeGlob(file: string): string {
  return file.replace(/[*?[\]{}()!]/g, '\\$&');
}
