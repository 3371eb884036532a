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

/** How many times as long, as the median of the rounds that both ran in, and from which to which. */
export function times(row, base) {
  if (base === undefined) return '';
  if (row === base) return '1.0×';
  const ratios = row.walls
    .slice(0, base.walls.length)
    .map((wall, round) => wall / base.walls[round])
    .sort((a, b) => a - b);
  const shown = (ratio) => ratio.toFixed(ratio > 10 ? 0 : 1);
  const middle = ratios[Math.floor(ratios.length / 2)];
  return `${shown(middle)}× (${shown(ratios[0])}–${shown(ratios.at(-1))})`;
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
