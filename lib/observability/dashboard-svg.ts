import { inXml } from '../timing/timeline-svg';
import type { Watched } from './indicator';
import type { Panel, Unit } from './panel';
import { ROWS } from './panels/all';

/** One series of an answer of Prometheus: what it is called, and its values over time. */
export interface Series {
  readonly label: string;
  /** Seconds since the epoch, and the value. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

const WIDTH = 1200;
const MARGIN = 16;
const GAP = 12;
const COLUMNS = 3;
const PANEL = { width: (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS, height: 168 } as const;
const PLOT = { left: 46, top: 30, right: 10, bottom: 40 } as const;
const ROW_TITLE = 30;
/** They can be told apart in a light and in a dark page. */
const COLOURS = ['#2563eb', '#059669', '#d97706', '#7c3aed', '#0891b2', '#be185d', '#4d7c0f', '#6b7280'];

/**
 * The dashboard as a picture, of what Prometheus answered to the queries of its panels: for pages and reports, where no Grafana is. Plain SVG with its own background.
 *
 * @param answers the series of each panel, by its id
 */
export function dashboardSvg(watched: Watched, answers: ReadonlyMap<string, readonly Series[]>): string {
  const parts: string[] = [];
  let y = 44;
  for (const row of ROWS) {
    parts.push(
      `<text x="${MARGIN}" y="${y + 18}" font-size="15" font-weight="600" fill="#111827">${inXml(row.question)}</text>`,
    );
    y += ROW_TITLE;
    row.panels.forEach((panel, i) => {
      const x = MARGIN + (i % COLUMNS) * (PANEL.width + GAP);
      const top = y + Math.floor(i / COLUMNS) * (PANEL.height + GAP);
      parts.push(
        `<g transform="translate(${round(x)} ${top})">${panelSvg(panel, answers.get(panel.id) ?? [], watched)}</g>`,
      );
    });
    y += Math.ceil(row.panels.length / COLUMNS) * (PANEL.height + GAP);
  }
  const title = `${watched.namespace}/${watched.name}: long-lived connections`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + MARGIN}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="11" role="img">`,
    `<title>${inXml(title)}</title>`,
    '<rect width="100%" height="100%" fill="#f3f4f6"/>',
    `<text x="${MARGIN}" y="28" font-size="18" font-weight="600" fill="#111827">${inXml(title)}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function panelSvg(panel: Panel, series: readonly Series[], watched: Watched): string {
  const frame = `<rect width="${round(PANEL.width)}" height="${PANEL.height}" rx="4" fill="#ffffff" stroke="#e5e7eb"/><text x="10" y="18" font-weight="600" fill="#374151">${inXml(panel.title)}</text>`;
  const times = series.flatMap(({ points }) => points.map(([at]) => at));
  if (times.length === 0) {
    return `${frame}<text x="${round(PANEL.width / 2)}" y="${PANEL.height / 2}" text-anchor="middle" fill="#9ca3af">nothing happened</text>`;
  }
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const x = (at: number) =>
    round(PLOT.left + ((at - from) / Math.max(1, to - from)) * (PANEL.width - PLOT.left - PLOT.right));
  return `${frame}${panel.kind === 'heatmap' ? heatmap(series, x) : curves(panel, series, watched, x)}`;
}

function curves(panel: Panel, series: readonly Series[], watched: Watched, x: (at: number) => number): string {
  const drawn = panel.stacked === true ? stacked(series) : series;
  const values = drawn.flatMap(({ points }) => points.map(([, value]) => value));
  const most = Math.max(...values, 0);
  // A line far above everything would press the curves flat; it is said, not drawn.
  const lines = panel.lines?.(watched) ?? [];
  const near = lines.filter(({ value }) => value <= Math.max(most * 4, 1e-9));
  const top = Math.max(most, ...near.map(({ value }) => value), 1e-9) * 1.08;
  const y = (value: number) =>
    round(PANEL.height - PLOT.bottom - (Math.max(0, value) / top) * (PANEL.height - PLOT.top - PLOT.bottom));
  const right = round(PANEL.width - PLOT.right);
  const ticks = [0, top / 2, top].map(
    (value) =>
      `<line x1="${PLOT.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="#f3f4f6"/><text x="${PLOT.left - 4}" y="${y(value) + 3}" text-anchor="end" fill="#6b7280" font-size="9">${inXml(said(value, panel.unit))}</text>`,
  );
  const paths = drawn.map(({ points }, i) => {
    const path = points.map(([at, value], j) => `${j === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('');
    return `<path d="${path}" fill="none" stroke="${COLOURS[i % COLOURS.length]}" stroke-width="1.4"/>`;
  });
  const thresholds = near.map(
    ({ value, label }) =>
      `<line x1="${PLOT.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="#dc2626" stroke-dasharray="4 3"/><text x="${right}" y="${y(value) - 3}" text-anchor="end" fill="#dc2626" font-size="9">${inXml(`${label}: ${said(value, panel.unit)}`)}</text>`,
  );
  const beyond = lines
    .filter((line) => !near.includes(line))
    .map(({ value, label }) => `${label}: ${said(value, panel.unit)}`);
  const names = drawn
    .slice(0, 6)
    .map(({ label }, i) => `<tspan fill="${COLOURS[i % COLOURS.length]}">■ ${inXml(label.slice(0, 26))}</tspan>`);
  const more =
    beyond.length === 0
      ? ''
      : `<text x="10" y="${PANEL.height - 24}" fill="#dc2626" font-size="9">${inXml(`beyond: ${beyond.join(' · ')}`)}</text>`;
  return `${ticks.join('')}${paths.join('')}${thresholds.join('')}${more}<text x="10" y="${PANEL.height - 10}" font-size="9">${names.join(' ')}</text>`;
}

/** Each series on top of the ones before it. */
function stacked(series: readonly Series[]): readonly Series[] {
  const sums = new Map<number, number>();
  return series.map(({ label, points }) => ({
    label,
    points: points.map(([at, value]) => {
      const sum = (sums.get(at) ?? 0) + value;
      sums.set(at, sum);
      return [at, sum] as const;
    }),
  }));
}

/** Cells of what lies between two bounds of a histogram, whose series count from zero. */
function heatmap(series: readonly Series[], x: (at: number) => number): string {
  const bounds = [...series].sort((left, right) => boundOf(left) - boundOf(right));
  const height = (PANEL.height - PLOT.top - PLOT.bottom) / Math.max(1, bounds.length);
  const cells = bounds.flatMap(({ points }, i) =>
    points.map(([at, value], j) => {
      const below = bounds[i - 1]?.points.find(([time]) => time === at)?.[1] ?? 0;
      return { at, count: Math.max(0, value - below), i, next: points[j + 1]?.[0] };
    }),
  );
  const most = Math.max(...cells.map(({ count }) => count), 1e-9);
  const step = Math.min(...cells.flatMap(({ at, next }) => (next === undefined ? [] : [next - at])), 60);
  const width = Math.max(1, round(x(step) - x(0)));
  const drawn = cells
    .filter(({ count }) => count > 0.01 * most)
    .map(
      ({ at, count, i }) =>
        `<rect x="${x(at)}" y="${round(PANEL.height - PLOT.bottom - (i + 1) * height)}" width="${width}" height="${round(height)}" fill="#ea580c" fill-opacity="${round(0.15 + 0.85 * Math.sqrt(count / most))}"/>`,
    );
  const labels = bounds
    .map((one, i) => ({ le: boundOf(one), i }))
    .filter(({ i }) => i % 4 === 0)
    .map(
      ({ le, i }) =>
        `<text x="${PLOT.left - 4}" y="${round(PANEL.height - PLOT.bottom - i * height)}" text-anchor="end" fill="#6b7280" font-size="9">${inXml(said(le, 's'))}</text>`,
    );
  return `${labels.join('')}${drawn.join('')}`;
}

function boundOf({ label }: Series): number {
  return label === '+Inf' ? Number.POSITIVE_INFINITY : Number(label);
}

/** A value as a reader would say it. */
function said(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return '∞';
  const short = (number: number) => String(Number(number.toPrecision(3)));
  switch (unit) {
    case 'percentunit':
      return `${short(value * 100)} %`;
    case 's':
      return value >= 7200
        ? `${short(value / 3600)} h`
        : value > 0 && value < 0.1
          ? `${short(value * 1000)} ms`
          : `${short(value)} s`;
    case 'bytes':
      return value >= 1 << 20 ? `${short(value / (1 << 20))} MiB` : `${short(value / 1024)} KiB`;
    case 'cpm':
      return `${short(value)}/min`;
    default:
      return short(value);
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
