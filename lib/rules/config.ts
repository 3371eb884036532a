import * as fs from 'node:fs';
import * as path from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { InvalidInputError, Problems, shown } from '../input/problems';
import { whyNot } from '../input/why-not';
import { listOf, mappingOf } from '../manifest/field';
import { escapeGlob, toPosix } from '../manifest/load';
import { ASSUMABLE, type Assumption } from '../manifest/match';
import { ruleOf } from './all';
import type { LevelOverrides } from './evaluate';
import { LEVELS, type Level } from './rule';
import type { Suppression } from './suppress';

/** What stands in the configuration file. */
export interface Config {
  /** Levels by code; `off` leaves a rule out. */
  readonly levels: LevelOverrides;
  /** Rules that are switched off for some objects. */
  readonly suppress: readonly Suppression[];
  /** Globs of files that are not read. */
  readonly exclude: readonly string[];
  readonly failOn: Level | undefined;
  /** What objects are whose manifests do not show it. */
  readonly assume: readonly Assumption[];
}

/** Read from the current folder, or the nearest one above it in the repository, when no other file is named. */
export const CONFIG_FILE = '.holdfast.yaml';

const NOTHING: Config = { levels: {}, suppress: [], exclude: [], failOn: undefined, assume: [] };

/**
 * Reads the configuration file.
 *
 * @example
 * levels:
 *   WS228: off
 * suppress:
 *   - rule: WS216
 *     object: BackendConfig/legacy-*
 *     reason: replaced in March
 * exclude: ['charts/**']
 * failOn: error
 * assume:
 *   Deployment/api-*: http
 *
 * @throws {InvalidInputError} with everything that is wrong with it
 */
export function readConfig(file: string | undefined, cwd = process.cwd()): Config {
  const at = file === undefined ? findConfig(cwd) : path.resolve(cwd, file);
  if (at === undefined) return NOTHING;
  const name = file ?? path.relative(cwd, at);
  if (!fs.existsSync(at)) throw new InvalidInputError([`${name}: there is no such file`]);
  let text: string;
  try {
    text = fs.readFileSync(at, 'utf8');
  } catch (error) {
    throw new InvalidInputError([`${name}: cannot be read as configuration: ${whyNot(error)}`]);
  }
  const config = parseConfig(name, text);
  const home = path.dirname(at);
  if (file !== undefined || home === path.resolve(cwd)) return config;
  // Globs are meant from where they are written; those that begin with ** mean any folder.
  return { ...config, exclude: config.exclude.map((glob) => fromFolder(home, glob)) };
}

/** The nearest configuration file, from this folder upwards to the root of the repository. */
function findConfig(cwd: string): string | undefined {
  for (let folder = path.resolve(cwd); ; folder = path.dirname(folder)) {
    const at = path.join(folder, CONFIG_FILE);
    if (fs.existsSync(at)) return at;
    if (fs.existsSync(path.join(folder, '.git')) || folder === path.dirname(folder)) return undefined;
  }
}

function fromFolder(folder: string, glob: string): string {
  return glob.startsWith('**') || path.isAbsolute(glob) ? glob : `${escapeGlob(toPosix(folder))}/${glob}`;
}

/** The text of a configuration file as configuration. */
export function parseConfig(name: string, text: string): Config {
  const problems = new Problems();
  const at = problems.at(name);
  let value: unknown;
  try {
    // One in which everything is a comment says nothing yet.
    value = text.split('\n').every((line) => /^\s*(#|$)/.test(line)) ? undefined : load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    at.add('', `not readable as YAML: ${error.reason}`);
  }
  const config = mapping(at, '', value, 'levels, suppress, exclude, failOn and assume');
  for (const key of Object.keys(config)) {
    if (!['levels', 'suppress', 'exclude', 'failOn', 'assume'].includes(key)) {
      at.add(key, 'is unknown; give levels, suppress, exclude, failOn or assume');
    }
  }
  const result: Config = {
    levels: levelsIn(
      at.at('levels'),
      mapping(at, 'levels', config.levels, 'a level for each code, such as WS228: off'),
    ),
    suppress: list(at, 'suppress', config.suppress, '- rule: WS216').flatMap((entry, i) =>
      suppressionIn(at.at(`suppress[${i}]`), entry),
    ),
    exclude: list(at, 'exclude', config.exclude, '- "**/charts/**"').map(String),
    failOn: levelIn(at, 'failOn', config.failOn),
    assume: assumptionsIn(at, name, config.assume),
  };
  problems.throwIfAny();
  return result;
}

/** A key without a value, such as one whose entries are comments, says nothing. */
function mapping(problems: Problems, path: string, value: unknown, holds: string): Readonly<Record<string, unknown>> {
  const nothing = value === undefined || value === null;
  if (!nothing && (typeof value !== 'object' || Array.isArray(value)))
    problems.add(path, `${shown(value)} is no mapping; give ${holds}`);
  return mappingOf(value);
}

function list(problems: Problems, path: string, value: unknown, example: string): readonly unknown[] {
  if (value !== undefined && value !== null && !Array.isArray(value))
    problems.add(path, `${shown(value)} is no list; begin each entry with a dash, such as ${example}`);
  return listOf(value);
}

/** The whole tree, as it is given on the command line. */
export function assumeAll(is: Assumption['is']): Assumption {
  return { object: '*/*', is, said: `--assume ${is}` };
}

/** One word for the whole tree, or one for each object. */
function assumptionsIn(problems: Problems, file: string, value: unknown): readonly Assumption[] {
  if (value === undefined) return [];
  const said = `assume in ${file}`;
  const entries: readonly (readonly [string, unknown])[] =
    typeof value === 'object' && value !== null ? Object.entries(value) : [['*/*', value]];
  return entries.flatMap(([object, is]) => {
    const known = ASSUMABLE.find((one) => one === is);
    const named = object.includes('/');
    if (known !== undefined && named) return [{ object, is: known, said }];
    if (known === undefined)
      problems.add(
        'assume',
        `${shown(is)} is not known; give ${ASSUMABLE.join(' or ')}, or one of them for each Kind/name`,
      );
    else problems.add('assume', `${shown(object)} is no object; give Kind/name, such as Deployment/chat`);
    return [];
  });
}

/** `WS216=BackendConfig/name`, as it is given on the command line. */
export function parseSuppression(problems: Problems, text: string): Suppression | undefined {
  const match = /^(WS\d{3})=([^/=]+\/[^=]+)$/i.exec(text);
  const code = match?.[1]?.toUpperCase();
  if (match === null || code === undefined) {
    problems.add(
      '',
      `--suppress ${shown(text)} is not understood; write code=Kind/name, such as "WS216=BackendConfig/chat"`,
    );
    return undefined;
  }
  if (!isCode(problems, `--suppress ${shown(text)}`, code)) return undefined;
  return { code, object: match[2] as string, reason: 'on the command line' };
}

function levelsIn(problems: Problems, given: Readonly<Record<string, unknown>>): LevelOverrides {
  const levels: Record<string, Level | 'off'> = {};
  for (const [written, level] of Object.entries(given)) {
    if (!isCode(problems, '', written)) continue;
    const code = written.toUpperCase();
    // YAML reads a bare off as text or as false, depending on its version.
    if (level === 'off' || level === false) levels[code] = 'off';
    else {
      const read = levelIn(problems, code, level);
      if (read !== undefined) levels[code] = read;
    }
  }
  return levels;
}

function suppressionIn(problems: Problems, value: unknown): readonly Suppression[] {
  const { rule, object, reason } = mappingOf(value);
  const before = problems.found.length;
  if (typeof rule !== 'string') problems.add('rule', 'is missing; give a code such as WS216');
  else isCode(problems, 'rule', rule);
  if (typeof object !== 'string' || !object.includes('/'))
    problems.add('object', 'is missing; give Kind/name, such as BackendConfig/chat');
  if (typeof reason !== 'string' || reason.trim().length < 3)
    problems.add('reason', 'is missing; say why the rule does not apply');
  return problems.found.length > before
    ? []
    : [{ code: (rule as string).toUpperCase(), object: object as string, reason: reason as string }];
}

function levelIn(problems: Problems, path: string, value: unknown): Level | undefined {
  if (value === undefined || LEVELS.includes(value as Level)) return value as Level | undefined;
  problems.add(path, `${shown(value)} is no level; give ${LEVELS.join(', ')}${path === 'failOn' ? '' : ' or off'}`);
  return undefined;
}

function isCode(problems: Problems, path: string, code: string): boolean {
  if (ruleOf(code) !== undefined) return true;
  problems.add(path, `${shown(code)} is no rule; holdfast check --list shows all`);
  return false;
}
