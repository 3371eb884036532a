import type { Diagnosis } from '../diagnose';
import { explain, type Life, livesOf } from '../facts/clocks';
import { View } from '../facts/view';

const WIDTH = 900;
const ROW = 12;

const AXES = {
  age: ['age of the socket', (life: Life) => life.age],
  silence: ['silence before the end', (life: Life) => life.silence],
  moment: ['time since the run began', (life: Life) => life.ended],
} as const;

/** One line for each socket, laid out on the clock on which the ends fall together. Nothing where no socket ended by itself. */
export function closesPlot({ recording }: Diagnosis): string {
  const lives = [...livesOf(new View(recording.asked, recording.evidence))].sort((a, b) => a.socket - b.socket);
  if (!lives.some(({ end }) => end !== 'ours')) return '';
  const clock = explain(lives)[0]?.clock ?? 'moment';
  const [name, value] = AXES[clock];
  const most = Math.max(...lives.map(value), 1);
  const x = (seconds: number) => Math.round((60 + (seconds / most) * (WIDTH - 80)) * 10) / 10;
  const rows = lives.map((life, i) => {
    const y = 14 + i * ROW;
    const from = clock === 'moment' ? x(life.opened) : x(0);
    const colour = life.end === 'ours' ? '#90a4ae' : life.end === 'frame' ? '#b26a00' : '#c62828';
    const mark = life.end === 'ours' ? '' : `<circle cx="${x(value(life))}" cy="${y}" r="4" fill="${colour}"/>`;
    return `<line x1="${from}" y1="${y}" x2="${x(value(life))}" y2="${y}" stroke="${colour}"${life.chatty ? '' : ' stroke-dasharray="4 3"'}/>${mark}`;
  });
  const height = 14 + lives.length * ROW + 26;
  const ticks = Array.from({ length: 6 }, (_, i) => {
    const seconds = (most * i) / 5;
    return `<text x="${x(seconds)}" y="${height - 6}" text-anchor="middle" font-size="11" fill="#667">${seconds.toFixed(1)} s</text>`;
  });
  return `<h3>Ends of sockets, by ${name}</h3>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="ends of sockets by ${name}">${rows.join('')}${ticks.join('')}</svg>
<p>Dashed: quiet sockets; solid: talkative ones. Red: ended without a close frame; brown: closed by the server; grey: open until the end.</p>`;
}
