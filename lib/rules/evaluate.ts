import type { Bundle } from '../manifest/bundle';
import type { Edit } from '../manifest/edit';
import { printPath } from '../manifest/field';
import { Locator, pathInDocument } from '../manifest/locate';
import { identityOf } from '../manifest/manifest';
import { variantsOf } from '../manifest/variants';
import { evidenceAbout, isServed } from '../system/evidence';
import type { Finding } from './finding';
import { LEVELS, type Level, type Observation, type Rule } from './rule';

/** Levels that differ from those of the rules; `off` leaves a rule out. */
export type LevelOverrides = Readonly<Record<string, Level | 'off'>>;

/** The code under which a rule is reported that could not judge. */
export const CANNOT_JUDGE = 'WS000';

/**
 * Asks every rule about a bundle. Findings come in the order of files and lines, then of codes, so that two runs print the same.
 *
 * A rule that throws becomes a finding: what the others found is still worth knowing.
 */
export function evaluate(
  bundle: Bundle,
  rules: readonly Rule[],
  texts: ReadonlyMap<string, string> = new Map(),
  levels: LevelOverrides = {},
): readonly Finding[] {
  const locator = new Locator(texts);
  const findings = new Map<string, Finding>();
  for (const system of variantsOf(bundle)) {
    for (const rule of rules) {
      const level = levels[rule.code];
      if (level === 'off') continue;
      for (const finding of judged(rule, level, system, locator)) {
        // A Service that two Ingresses use is wrong once, and so is what two systems share.
        const id = `${finding.code} ${finding.object} ${finding.path} ${finding.place?.file}:${finding.place?.line}`;
        if (!findings.has(id)) findings.set(id, finding);
      }
    }
  }
  return [...findings.values()].sort(byPlace);
}

function judged(rule: Rule, level: Level | undefined, bundle: Bundle, locator: Locator): readonly Finding[] {
  const findings: Finding[] = [];
  try {
    for (const observation of rule.check(bundle)) findings.push(found(rule, level, observation, bundle, locator));
  } catch (error) {
    const object = bundle.objects[0];
    if (object !== undefined) findings.push(found(CRASHED, 'error', crash(rule, error, object), bundle, locator));
  }
  return findings;
}

function found(
  rule: Rule,
  level: Level | undefined,
  observation: Observation,
  bundle: Bundle,
  locator: Locator,
): Finding {
  const { object, path, actual, expected, because = rule.story, fix, edits = [], suggestions = [] } = observation;
  const origin = bundle.originOf(object);
  const evidence = evidenceAbout(bundle, object);
  const inDocument = (all: readonly Edit[]) =>
    origin === undefined ? [] : all.map((edit) => ({ ...edit, path: pathInDocument(origin, edit.path) }));
  return {
    code: rule.code,
    level: level ?? observation.level ?? rule.level,
    title: rule.title,
    object: identityOf(object),
    kind: object.kind,
    namespace: typeof object.metadata.namespace === 'string' ? object.metadata.namespace : '',
    name: object.metadata.name,
    path: printPath(path),
    actual,
    expected,
    because,
    fix,
    source: rule.source,
    place: locator.place(origin, path),
    edits: inDocument(edits),
    suggestions: inDocument(suggestions),
    evidence: isServed(evidence) ? evidence : undefined,
  };
}

const CRASHED: Rule = {
  code: CANNOT_JUDGE,
  level: 'error',
  title: 'every rule can judge what it is given',
  story: 'A rule stopped in the middle, so what it would have found is not known.',
  why: 'A manifest has a shape that the rule did not expect.',
  fix: 'Report it with the manifest; until then switch the rule off in the configuration file.',
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/',
  kinds: [],
  check: () => [],
};

function crash(rule: Rule, error: unknown, object: Observation['object']): Observation {
  return {
    object,
    path: ['kind'],
    actual: `${rule.code} failed: ${error instanceof Error ? error.message : String(error)}`,
    expected: `${rule.code} (${rule.title}) can judge these objects`,
    fix: `report this with the manifests; to go on, set levels: { ${rule.code}: off } in the configuration file`,
  };
}

function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.place?.file ?? '', b.place?.file ?? '') ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
    compare(a.object, b.object) ||
    LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
    compare(a.code, b.code) ||
    compare(a.path, b.path)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
