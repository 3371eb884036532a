import type { Diagnosis } from '../diagnose';
import { CLUSTER, EDGE } from '../evidence';
import { livesOf } from '../facts/clocks';
import { View } from '../facts/view';

const COLUMNS = ['hop', 'handshake', 'follow-up', 'upgrade', 'websocket', 'stays'] as const;

/** One row for each hop that was asked: between the last good one and the first bad one lies the fault. */
export function hopTable({ recording }: Diagnosis): readonly (readonly string[])[] {
  const hops = [...new Set(recording.evidence.map(({ hop }) => hop))]
    .filter((hop) => hop !== CLUSTER)
    .sort((a, b) => (a === EDGE ? -1 : b === EDGE ? 1 : a < b ? -1 : 1));
  const rows = hops.map((hop) => {
    const view = new View(recording.asked, recording.evidence, hop);
    const good = view.firsts.filter((one) => one.good).length;
    const follow = view.sessions.filter(({ answer }) => answer.followUp !== undefined);
    const kept = follow.filter(({ answer }) => answer.followUp?.status === 200).length;
    const upgrades = view.of('upgrade').filter(({ answer }) => answer.switched !== undefined);
    const probed = upgrades.filter(({ answer }) => answer.probed === true).length;
    const sockets = view.of('websocket').filter(({ request }) => request.origin === undefined);
    const open = sockets.filter(({ answer }) => answer.handshake.status === 101).length;
    const lives = livesOf(view);
    const stayed = lives.filter(({ end }) => end === 'ours').length;
    const cell = (part: number, whole: number) =>
      whole === 0 ? '–' : `${part === whole ? '√' : '×'} ${part}/${whole}`;
    return [
      hop,
      cell(good, view.firsts.length),
      cell(kept, follow.length),
      cell(probed, upgrades.length),
      cell(open, sockets.length),
      cell(stayed, lives.length),
    ];
  });
  return rows.length === 0 ? [] : [COLUMNS, ...rows];
}

/** The table as lines of equal columns. */
export function hopLines(diagnosis: Diagnosis): readonly string[] {
  const table = hopTable(diagnosis);
  const width = COLUMNS.map((_column, i) => Math.max(...table.map((row) => (row[i] as string).length)));
  return table.map((row) =>
    row
      .map((text, i) => text.padEnd(width[i] as number))
      .join('   ')
      .trimEnd(),
  );
}
