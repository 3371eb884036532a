import { InvalidInputError, shown } from '../input/problems';
import { isObject } from '../input/shape';
import { Bundle } from '../manifest/bundle';
import { type Loaded, loadTexts } from '../manifest/load';
import type { Manifest } from '../manifest/manifest';
import { variantsOf } from '../manifest/variants';
import { sentencesOf } from '../system/sentences';
import { RULES } from './all';
import { evaluate } from './evaluate';
import { type Finding, fingerprint } from './finding';
import { type CheckOptions, checkedOptions } from './options';
import { LEVELS, type Level } from './rule';
import { type Suppressed, suppress } from './suppress';

export type { CheckOptions };

/** What was found, for people and machines alike. */
export interface Report {
  readonly findings: readonly Finding[];
  /** What happens to a connection, in one sentence for each way of long connections. */
  readonly systems: readonly string[];
  readonly suppressed: readonly Suppressed[];
  /** How many findings were left out because the baseline knows them. */
  readonly known: number;
  /** What could not be looked at; where there is anything, nothing can be said to be clean. */
  readonly problems: readonly string[];
  readonly objects: number;
  /** Nothing was found at the level that counts, and everything could be looked at. */
  readonly ok: boolean;
  /** 0 clean, 1 findings, 2 could not look. The same in every format. */
  readonly exitCode: 0 | 1 | 2;
}

/** The level that makes a result a failure, unless told otherwise. */
export const DEFAULT_FAIL_ON: Level = 'warning';

/**
 * Judges Kubernetes objects.
 *
 * @example
 * const report = check(app.manifests().get('production'));
 * report.findings.map(({ code, object, fix }) => `${code} ${object}: ${fix}`);
 *
 * @param manifests plain objects, or YAML text with any number of documents; neither is changed
 * @throws {InvalidInputError} when a text cannot be read, or is the path of a file or folder; when it is no list of objects; when `options` are none
 */
export function check(manifests: readonly Manifest[] | string, options: CheckOptions = {}): Report {
  if (typeof manifests === 'string') {
    const loaded = loadTexts(new Map([['manifests.yaml', manifests]]));
    if (loaded.problems.length > 0) throw new InvalidInputError(loaded.problems);
    if (loaded.bundle.objects.length === 0 && isPath(manifests)) {
      throw new InvalidInputError([
        `${shown(manifests)} is a path and no manifest; give the text of the manifests, or run holdfast check ${manifests.trim()}`,
      ]);
    }
    return checkLoaded(loaded, options);
  }
  if (!Array.isArray(manifests) || manifests.some((one) => !isObject(one))) {
    throw new InvalidInputError([
      `${shown(manifests)} is no list of manifests; give plain objects, such as app.manifests().get("chat"), or their text`,
    ]);
  }
  // The bundle is frozen; what the caller holds is not ours to freeze.
  return checkLoaded(
    { bundle: new Bundle(structuredClone(manifests)), texts: new Map(), problems: [], notes: [], foreign: 0 },
    options,
  );
}

/** One line that names a place: it has a separator, or ends as manifests do. */
function isPath(text: string): boolean {
  const line = text.trim();
  return /^[^\n#]+$/.test(line) && !/[{[]|:\s|:$/.test(line) && /[/\\]|\.(ya?ml|json)$/i.test(line);
}

/** Judges what was read from files. */
export function checkLoaded(loaded: Loaded, options: CheckOptions = {}): Report {
  const read = checkedOptions(options);
  const { rules = RULES, levels = {}, suppressions = [], baseline, failOn = DEFAULT_FAIL_ON, assume = [] } = read;
  const bundle = loaded.bundle.assuming(assume);
  const all = evaluate(bundle, rules, loaded.texts, levels);
  const { reported, suppressed } = suppress(all, bundle, suppressions);
  const findings =
    baseline === undefined ? reported : reported.filter((finding) => !baseline.has(fingerprint(finding)));
  const failed = findings.some(({ level }) => LEVELS.indexOf(level) <= LEVELS.indexOf(failOn));
  const exitCode = loaded.problems.length > 0 ? 2 : failed ? 1 : 0;
  return Object.freeze({
    findings,
    systems: systemsIn(bundle),
    suppressed,
    known: reported.length - findings.length,
    problems: loaded.problems,
    objects: bundle.objects.length,
    ok: exitCode === 0,
    exitCode,
  });
}

/** Of each of the systems that cannot be in one cluster at the same time. */
function systemsIn(bundle: Bundle): readonly string[] {
  return [...new Set(variantsOf(bundle).flatMap(sentencesOf))];
}
