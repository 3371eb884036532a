import * as fs from 'node:fs';
import * as path from 'node:path';
import { whyNot } from '../input/why-not';
import { Bundle, type Origin, type Patched } from './bundle';
import { readDocuments } from './documents';
import type { Manifest } from './manifest';

/** What was asked to be read, and what became of it. */
export interface Loaded {
  readonly bundle: Bundle;
  /** Every text that was read, by the name it has in origins. */
  readonly texts: ReadonlyMap<string, string>;
  /** One sentence for everything that could not be read. */
  readonly problems: readonly string[];
  /** One sentence for everything that was read and that somebody should know of. */
  readonly notes: readonly string[];
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
      else if (isUtf16(text)) problems.push(inUtf16(STDIN));
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
  const notes: string[] = [];
  const origins = new Map<Manifest, Origin>();
  const patched: Patched[] = [];
  let foreign = 0;
  for (const [file, text] of texts) {
    const read = readDocuments(file, text);
    for (const { manifest, origin } of read.objects) origins.set(manifest, origin);
    patched.push(...read.patched);
    problems.push(...read.problems);
    notes.push(...read.notes);
    foreign += read.foreign;
  }
  return {
    bundle: new Bundle([...origins.keys()], origins, { incomplete: problems.length > 0, patched }),
    texts,
    problems,
    notes,
    foreign,
  };
}

function filesOf(given: string, cwd: string, exclude: readonly string[], problems: string[]): readonly string[] {
  const stats = statsOf(given, cwd, problems);
  if (stats === 'unreadable') return [];
  if (stats?.isFile() || stats?.isFIFO()) return [given];
  if (stats !== undefined && !stats.isDirectory()) {
    problems.push(`${given}: is neither a file, a folder nor a pipe`);
    return [];
  }
  const isGlob = stats === undefined && /[*?[\]{}!]/.test(given);
  if (stats === undefined && !isGlob) {
    problems.push(`${given}: there is no such file or folder`);
    return [];
  }
  const pattern = isGlob ? given : `${escapeGlob(toPosix(given)).replace(/\/$/, '')}/**/*.{yaml,yml,json}`;
  // Loaded when it is needed: most runs name files.
  const { globSync } = require('tinyglobby') as typeof import('tinyglobby');
  const before = problems.length;
  const found = globSync(pattern, {
    cwd,
    fs: reporting(cwd, problems),
    ignore: ['**/node_modules/**', '**/.git/**', ...exclude],
    expandDirectories: false,
    absolute: path.isAbsolute(given),
    dot: false,
  })
    .filter((file) => EXTENSIONS.test(file))
    .sort();
  if (found.length === 0 && problems.length === before) problems.push(`${given}: holds no .yaml, .yml or .json file`);
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
    const text = fs.readFileSync(at, 'utf8');
    // A pipe tells its size only now.
    if (text.length > LARGEST_FILE) problems.push(tooLarge(file, text.length));
    else if (isUtf16(text)) problems.push(inUtf16(file));
    else return text;
  } catch (error) {
    problems.push(`${file}: cannot be read: ${whyNot(error)}`);
  }
  return undefined;
}

/** Is this a pipe, such as `<(helm template chart)`, which can be read once and never written back? */
export function isPipe(file: string, cwd: string): boolean {
  const stats = statsOf(file, cwd, []);
  return stats !== undefined && stats !== 'unreadable' && stats.isFIFO();
}

function statsOf(given: string, cwd: string, problems: string[]): fs.Stats | undefined | 'unreadable' {
  try {
    return fs.statSync(path.resolve(cwd, given), { throwIfNoEntry: false });
  } catch (error) {
    problems.push(`${given}: cannot be read: ${whyNot(error)}`);
    return 'unreadable';
  }
}

/** The walk leaves out what it may not read and says nothing; what was not looked at must not pass as clean. */
function reporting(cwd: string, problems: string[]) {
  return {
    readdirSync: ((at: string, options: { withFileTypes: true }) => {
      try {
        return fs.readdirSync(at, options);
      } catch (error) {
        problems.push(`${path.relative(cwd, at) || '.'}: cannot be read: ${whyNot(error)}`);
        throw error;
      }
    }) as typeof fs.readdirSync,
  };
}

/** UTF-16 that was read as UTF-8: its byte order mark is no UTF-8, and without one every other byte is zero. */
function isUtf16(text: string): boolean {
  return text.startsWith('\uFFFD\uFFFD') || text[0] === '\0' || text[1] === '\0';
}

function inUtf16(file: string): string {
  return `${file}: is written in UTF-16; save it as UTF-8 (in PowerShell: Out-File -Encoding utf8)`;
}

function tooLarge(file: string, size: number): string {
  return (
    `${file}: ${Math.ceil(size / 1024 / 1024)} MiB is more than the ${LARGEST_FILE / 1024 / 1024} MiB that are read at once; ` +
    'split it, or name the files you mean'
  );
}

/** A path with the separators of globs. */
export function toPosix(file: string): string {
  return path.sep === '/' ? file : file.split(path.sep).join('/');
}

/** A path as a glob that means this path only. */
export function escapeGlob(file: string): string {
  return file.replace(/[*?[\]{}()!]/g, '\\$&');
}
