import { Problems } from '../input/problems';
import type { Bundle } from '../manifest/bundle';
import { isPipe, type Loaded, loadPaths, loadTexts, STDIN } from '../manifest/load';
import type { Assumption } from '../manifest/match';
import { readBaseline, writeBaseline } from '../rules/baseline';
import { type CheckOptions, checkLoaded, type Report } from '../rules/check';
import { assumeAll, parseSuppression, readConfig } from '../rules/config';
import { planFixes, writeTexts } from '../rules/fix';
import { JUDGED_KINDS } from '../rules/judged-kinds';
import type { Format } from '../rules/report/formats';
import { render } from '../rules/report/render';
import type { Level } from '../rules/rule';
import { suggestions } from '../rules/suggest';
import { matcher, type Suppression } from '../rules/suppress';
import { serversOf } from '../system/evidence';
import { shutdownOf } from '../system/shutdown';
import { drawEvents } from '../timing/timeline';
import { summary } from './summary';
import type { Terminal } from './terminal';

/** What stands on the command line of `holdfast check`. */
export interface CheckArguments {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly fix: boolean;
  readonly suggest: boolean;
  readonly assume?: Assumption['is'];
  readonly suppress: readonly string[];
  readonly baseline?: string;
  readonly updateBaseline: boolean;
  readonly config?: string;
  readonly failOn?: Level;
  readonly summary: boolean;
  readonly timeline: boolean;
}

/** Judges, mends where asked to, and reports. */
export function runCheck(args: CheckArguments, terminal: Terminal): 0 | 1 | 2 {
  const { cwd } = terminal;
  const config = readConfig(args.config, cwd);
  const problems = new Problems();
  const given = args.suppress.flatMap((text) => parseSuppression(problems, text) ?? []);
  if (args.updateBaseline && args.baseline === undefined) problems.add('', '--update-baseline needs --baseline <file>');
  if (args.fix && args.paths.includes('-')) problems.add('', '--fix changes files; standard input is none');
  for (const file of args.fix ? args.paths.filter((one) => isPipe(one, cwd)) : [])
    problems.add('', `--fix changes files; ${file} is a pipe`);
  if (args.suggest && args.format !== 'text')
    problems.add('', `--suggest is printed as text; leave out --format ${args.format}`);
  if (args.suggest && args.summary)
    problems.add('', '--suggest and --summary are printed in the same place; give one of them');
  if (args.summary && args.format !== 'text' && args.format !== 'json')
    problems.add('', `--summary is printed as text or json; leave out --format ${args.format}`);
  if (args.timeline && args.format !== 'text')
    problems.add('', `--timeline is drawn as text; leave out --format ${args.format}`);
  problems.throwIfAny();

  const failOn = args.failOn ?? config.failOn;
  const known = args.baseline === undefined || args.updateBaseline ? undefined : readBaseline(args.baseline, cwd);
  const options: CheckOptions = {
    levels: config.levels,
    suppressions: [...config.suppress, ...given],
    assume: [...(args.assume === undefined ? [] : [assumeAll(args.assume)]), ...config.assume],
    ...(known === undefined ? {} : { baseline: known }),
    ...(failOn === undefined ? {} : { failOn }),
  };
  const paths = args.paths.length === 0 ? ['.'] : args.paths;
  let loaded = withNothingToJudge(loadPaths(paths, { cwd, exclude: config.exclude, stdin: terminal.stdin }), paths);
  let report = checkLoaded(loaded, options);
  const note = noteOf(loaded, paths);
  if (note !== undefined) terminal.err(`${note}\n`);
  for (const sentence of loaded.notes) terminal.err(`${sentence}\n`);
  if (report.problems.length === 0) for (const sentence of unmatched(given, report)) terminal.err(`${sentence}\n`);
  if (args.fix && loaded.bundle.objects.length > 0) {
    ({ loaded, report } = mend(loaded, report, options, terminal));
  }
  if (args.updateBaseline && args.baseline !== undefined && report.problems.length === 0) {
    writeBaseline(args.baseline, report.findings, cwd);
    terminal.err(`${args.baseline}: ${report.findings.length} findings are known from now on\n`);
    report = { ...report, findings: [], known: report.findings.length, ok: true, exitCode: 0 };
  }
  if (args.timeline && report.problems.length === 0)
    terminal.out(timelines(loaded.bundle.assuming(options.assume ?? [])));
  // Where something could not be read, "nothing found" would be said of the rest alone.
  if (report.problems.length === 0 || report.findings.length > 0 || args.format !== 'text')
    terminal.out(
      args.suggest
        ? suggestions(loaded, report.findings)
        : args.summary
          ? summary(report, args.format)
          : render(report, args.format, { colour: terminal.colour }),
    );
  // The report for people ends with what could not be looked at; a machine's has it too, and people look where errors are.
  const told = report.findings.length > 0 && args.format === 'text' && !args.suggest && !args.summary;
  for (const problem of told ? [] : report.problems) terminal.err(`${problem}\n`);
  return report.exitCode;
}

/** How the pods of each server shut down, drawn. */
function timelines(bundle: Bundle): string {
  const servers = serversOf(bundle);
  if (servers.length === 0) return 'nothing here is known to hold long connections, so no shutdown is drawn\n\n';
  return servers
    .map(
      (one) =>
        `${one.kind} ${one.metadata.name}, from the deletion of a pod:\n${drawEvents(shutdownOf(bundle, one))}\n\n`,
    )
    .join('');
}

/** Mostly a name that is misspelled, or an object that has gone: said, because the rule is not switched off where somebody thinks it is. */
function unmatched(given: readonly Suppression[], report: Report): readonly string[] {
  return given
    .filter(({ code, object }) => {
      const matches = matcher(object);
      return !report.suppressed.some(({ finding }) => finding.code === code && matches(finding));
    })
    .map(({ code, object }) => `--suppress ${code}=${object}: there is no such finding; correct it, or leave it out`);
}

/** Mends until nothing more can be mended: one repair may make room for another. Never more often than there are rules that want one field. */
function mend(
  loaded: Loaded,
  report: Report,
  options: CheckOptions,
  terminal: Terminal,
): { loaded: Loaded; report: Report } {
  let current = { loaded, report };
  const changed = new Map<string, string>();
  const fixed: string[] = [];
  let refused: readonly string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const plan = planFixes(current.loaded, current.report.findings);
    refused = plan.refused;
    if (plan.texts.size === 0) break;
    for (const [file, text] of plan.texts) changed.set(file, text);
    fixed.push(...plan.fixed);
    const again = loadTexts(new Map([...current.loaded.texts, ...plan.texts]));
    const problems = [...new Set([...loaded.problems, ...again.problems])];
    const whole = { ...again, problems };
    current = { loaded: whole, report: checkLoaded(whole, options) };
  }
  writeTexts(changed, terminal.cwd);
  for (const sentence of fixed) terminal.err(`fixed ${sentence}\n`);
  for (const sentence of refused) terminal.err(`not fixed ${sentence}\n`);
  return current;
}

/** Where nothing was read at all, nothing can be called clean. */
function withNothingToJudge(loaded: Loaded, paths: readonly string[]): Loaded {
  if (loaded.problems.length > 0 || loaded.bundle.objects.length > 0) return loaded;
  return {
    ...loaded,
    problems: [
      `${namesOf(loaded, paths)}: no Kubernetes objects; name the manifests of the workload and of the way to it`,
    ],
  };
}

/** Objects that no rule has anything to say of are clean; who meant others is told. */
function noteOf(loaded: Loaded, paths: readonly string[]): string | undefined {
  const { objects } = loaded.bundle;
  if (objects.length === 0 || objects.some(({ kind }) => JUDGED_KINDS.has(kind))) return undefined;
  const kinds = [...new Set(objects.map(({ kind }) => kind))].slice(0, 5).join(', ');
  return `${namesOf(loaded, paths)}: only objects that no rule judges (${kinds}); the workload and the way to it are judged together`;
}

function namesOf(loaded: Loaded, paths: readonly string[]): string {
  const read = loaded.texts.size > 0 ? [...loaded.texts.keys()] : paths.map((given) => (given === '-' ? STDIN : given));
  return read.slice(0, 3).join(', ');
}
