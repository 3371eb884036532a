/** The measurements as lines that fit a terminal. */
export function table(rows) {
  const head = ['systems', 'producer', 'wall', 'CPU', 'peak', 'runs', 'to plain', 'to ours'];
  const cells = rows.map((row) => {
    const plain = rows.find((other) => other.count === row.count && other.producer === 'plain');
    const ours = rows.find((other) => other.count === row.count && other.producer === 'ours');
    const named = [String(row.count), NAMES[row.producer]];
    if (row.skipped !== undefined) return [...named, row.skipped];
    return [...named, ...measured(row), times(row, plain), times(row, ours)];
  });
  return aligned([head, ...cells]);
}

export function startTable(environments, empty) {
  return aligned([
    ['', 'wall', 'CPU', 'peak', 'runs', 'to empty'],
    ['empty Node program', ...measured(empty), times(empty, empty)],
    ['three environments', ...measured(environments), times(environments, empty)],
  ]);
}

/** A program beside others that do less. */
export function programTable(rows) {
  const base = rows[0];
  return aligned([
    ['', 'wall', 'CPU', 'peak', 'runs', 'CPU to the first'],
    ...rows.map((row) => [row.name, ...measured(row), `${(row.cpu / base.cpu).toFixed(1)}×`]),
  ]);
}

export const NAMES = {
  ours: 'HoldfastApp.synthEach',
  tree: 'HoldfastApp.synth',
  plain: 'plain objects, js-yaml',
  stock: 'cdk8s-plus-28',
  kustomize: 'kubectl kustomize',
};

export function times(row, base) {
  return base === undefined ? '' : `${(row.wall / base.wall).toFixed(row.wall > 10 * base.wall ? 0 : 1)}×`;
}

function measured({ wall, cpu, peak, runs }) {
  return [seconds(wall), seconds(cpu), peak === undefined ? '?' : `${Math.round(peak)} MiB`, String(runs)];
}

function seconds(value) {
  return value === undefined ? '?' : `${value.toFixed(value < 10 ? 3 : 1)} s`;
}

/** Numbers to the right, names to the left; a remark runs to the end of its line. */
function aligned(lines) {
  const columns = lines[0].length;
  const full = lines.filter((line) => line.length === columns);
  const widths = lines[0].map((_, i) => Math.max(...full.map((line) => line[i].length)));
  const isName = (i) => full.slice(1).some((line) => /^[a-zA-Z]/.test(line[i]));
  return lines
    .map((line) =>
      line
        .map((cell, i) =>
          line.length < columns && i === line.length - 1
            ? cell
            : isName(i)
              ? cell.padEnd(widths[i])
              : cell.padStart(widths[i]),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
