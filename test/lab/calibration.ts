import { fenced, table } from '../../scripts/markdown';
import type { Result } from './run';

/** How far the probabilities of one run are from the truth: the sum of the squares over all causes. 0 is perfect, and sure of the wrong one 2. */
export function brier({ fault, diagnosis }: Result): number {
  const said = new Map<string, number>(
    [...diagnosis.named, ...diagnosis.others].map(({ cause, p }) => [cause.code, p]),
  );
  const codes = new Set([...said.keys(), ...fault.causes]);
  return [...codes].reduce(
    (sum, code) => sum + ((said.get(code) ?? 0) - (fault.causes.includes(code) ? 1 : 0)) ** 2,
    0,
  );
}

/** The cause that is named first: the one with the greatest probability, or `none`. */
export function first({ diagnosis }: Result): string {
  return [...diagnosis.named].sort((a, b) => b.p - a.p)[0]?.cause.code ?? 'none';
}

/** Systems that are well, far away. */
const FAR = ['healthy-slow', 'healthy-lossy'];

/** What the doctor named when this was injected, from real runs. */
export function calibrationPage(
  single: readonly Result[],
  pairs: readonly Result[],
  controls: readonly Result[],
): string {
  const all = [...single, ...pairs, ...controls];
  const mean = all.reduce((sum, one) => sum + brier(one), 0) / all.length;
  const right = single.filter((one) => first(one) === one.fault.causes[0]).length;
  const both = pairs.filter(bothNamed).length;
  const far = controls.filter(({ fault }) => FAR.includes(fault.name));
  const well = controls.filter((one) => !far.includes(one));
  const quiet = (runs: readonly Result[]) => runs.filter(({ diagnosis }) => diagnosis.named.length === 0).length;
  return `# How often the doctor is right

Written by the fault lab (\`HOLDFAST_LAB_PAGE=1 npm run test:doctor\`, with \`HOLDFAST_LAB_RUNS=3\` for three runs of each): each fault is injected into real parts, proved to be there, and looked at from
outside. The heartbeat of the lab is 2 s + 1.5 s.

| | |
| --- | --- |
| single faults named first | ${right} of ${single.length} (${Math.floor((1000 * right) / single.length) / 10} %) |
| pairs with both named | ${both} of ${pairs.length} |
| nothing named on a healthy system | ${quiet(well)} of ${well.length} |
| nothing named on a slow or lossy way to one | ${quiet(far)} of ${far.length} |
| Brier score over all runs (sum of squares over all causes, mean over runs) | ${mean.toFixed(4)} |

## Confusion matrix

One row for each cause that was injected, one column for each that was named first; what is left out is 0.

${fenced('', matrix([...single, ...controls]))}

## Faults

${faults(single)}

## Pairs

${faults(pairs)}

## Nothing wrong

${faults(controls)}
`;
}

export function bothNamed({ fault, diagnosis }: Result): boolean {
  const named = diagnosis.named.map(({ cause }) => cause.code as string);
  return fault.causes.every((code) => named.includes(code));
}

function matrix(results: readonly Result[]): string {
  const injected = (one: Result) => one.fault.causes[0] ?? 'none';
  const rows = [...new Set(results.map(injected))].sort();
  const columns = [...new Set([...rows, ...results.map(first)])].sort();
  const short = (code: string) => code.replace('WS', '').padStart(5);
  const count = (row: string, column: string) =>
    results.filter((one) => injected(one) === row && first(one) === column).length;
  return [
    `injected ${columns.map(short).join('')}`,
    ...rows.map(
      (row) => `${row.padEnd(9)}${columns.map((column) => String(count(row, column) || '·').padStart(5)).join('')}`,
    ),
  ].join('\n');
}

function faults(results: readonly Result[]): string {
  const names = [...new Set(results.map(({ fault }) => fault.name))];
  return table(
    ['fault', 'what is injected', 'cause', 'runs', 'named'],
    names.map((name) => {
      const runs = results.filter(({ fault }) => fault.name === name);
      const { fault } = runs[0] as Result;
      const named = runs.map(({ diagnosis }) =>
        diagnosis.named.length === 0 ? 'nothing' : diagnosis.named.map(({ cause }) => cause.code).join(' + '),
      );
      const counts = [...new Set(named)].map((what) => `${what} × ${named.filter((one) => one === what).length}`);
      return [`\`${name}\``, fault.injects, fault.causes.join(' + ') || 'none', String(runs.length), counts.join(', ')];
    }),
  );
}
