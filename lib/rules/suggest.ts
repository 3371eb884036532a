import { EditError, editText } from '../manifest/edit';
import type { Loaded } from '../manifest/load';
import type { Finding } from './finding';
import { originsByIdentity } from './fix';

/** Lines around a change that are shown with it. */
const AROUND = 2;

/** The changes that somebody has to decide about, each as the lines that it would change. Ends with a line break; nothing is written. */
export function suggestions(loaded: Loaded, findings: readonly Finding[]): string {
  const origins = originsByIdentity(loaded.bundle);
  const parts = findings.flatMap((finding) => {
    const { place, suggestions: edits } = finding;
    const origin = place === undefined ? undefined : origins.get(`${finding.object} ${place.file}`);
    const before = origin === undefined ? undefined : loaded.texts.get(origin.file);
    if (edits.length === 0 || origin === undefined || before === undefined) return [];
    const head = `# ${finding.code} ${finding.object}: ${finding.fix}`;
    try {
      const after = edits.reduce((text, edit) => editText(text, origin.document, edit), before);
      return [`${head}\n${hunk(origin.file, before, after)}`];
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      return [`${head}\n# ${error.message}\n`];
    }
  });
  if (parts.length > 0) return parts.join('\n');
  return findings.length === 0
    ? 'nothing to suggest\n'
    : `nothing to suggest; what ${findings.length === 1 ? 'the finding needs' : `the ${findings.length} findings need`} is told without --suggest\n`;
}

/** What differs between two texts, as one hunk of a unified diff. */
function hunk(file: string, before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let first = 0;
  while (first < old.length && old[first] === now[first]) first += 1;
  let last = 0;
  while (last < Math.min(old.length, now.length) - first && old.at(-1 - last) === now.at(-1 - last)) last += 1;
  const from = Math.max(0, first - AROUND);
  const [oldEnd, nowEnd] = [old.length - last, now.length - last];
  const tail = old.slice(oldEnd, oldEnd + AROUND);
  const lines = [
    ...old.slice(from, first).map((line) => ` ${line}`),
    ...old.slice(first, oldEnd).map((line) => `-${line}`),
    ...now.slice(first, nowEnd).map((line) => `+${line}`),
    ...tail.map((line) => ` ${line}`),
  ];
  const counts = [oldEnd - from + tail.length, nowEnd - from + tail.length];
  return `--- ${file}\n+++ ${file}\n@@ -${from + 1},${counts[0]} +${from + 1},${counts[1]} @@\n${lines.join('\n')}\n`;
}
