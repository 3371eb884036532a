import { type Colours, colours } from '../../rules/report/colours';
import type { Diagnosis, Named } from '../diagnose';
import { hopLines } from './hops';
import { byPhase, heartbeatSaid, percent, rivalSaid, sign, verdict, whereSaid } from './phases';
import { wrap } from './wrap';

export interface TextOptions {
  readonly colour?: boolean;
  /** Columns of the terminal. @default - lines are as long as they are */
  readonly width?: number;
}

/** For people: phases with their signs, the causes with what speaks for and against them, what was not looked at. */
export function text(diagnosis: Diagnosis, { colour = false, width }: TextOptions = {}): string {
  const c = colours(colour);
  const { recording, named, others, unexplained, notes, couldNotLook } = diagnosis;
  const { asked, ended } = recording;
  const lines = [
    `${c.bold(whereSaid(diagnosis))}  ${heartbeatSaid(diagnosis)}  ${c.dim(`${asked.startedAt}, ${ended.seconds} s`)}`,
    '',
  ];
  const paint = { '√': c.green, '×': c.red, '‼': c.yellow };
  const phases = byPhase(diagnosis);
  const wide = Math.max(...phases.map(({ name }) => name.length));
  for (const { name, seen } of phases) {
    if (couldNotLook !== undefined && seen.length === 0) continue;
    const telling = seen.filter(({ outcome }) => outcome !== 'no');
    // What is as it should be is one line; who wants every one of them asks for another format.
    if (telling.length < seen.length)
      lines.push(`${c.bold(name.padEnd(wide))} ${c.green('√')} ${seen.length - telling.length} as they should be`);
    else lines.push(seen.length === 0 ? `${c.bold(name.padEnd(wide))} ${c.dim('– not looked at')}` : c.bold(name));
    for (const one of telling) {
      const mark = sign(one);
      lines.push(
        `  ${paint[mark](mark)} ${one.outcome === 'yes' ? 'not so: ' : ''}${one.title}${c.dim(`  ${one.said}`)}`,
      );
    }
  }
  // Where nothing could be looked at, every cell would be empty.
  const hops = couldNotLook === undefined ? hopLines(diagnosis) : [];
  if (hops.length > 0) lines.push('', ...hops.map((line, i) => (i === 0 ? `  ${c.dim(line)}` : `  ${line}`)));
  lines.push('');
  // A table is no prose, and a command is copied as it is.
  const whole = [...hops, ...named.flatMap(({ look }) => look)];
  const folded = (line: string) =>
    width === undefined || whole.some((one) => line.endsWith(one)) ? [line] : wrap(line, width);
  const page = () =>
    `${lines
      .flatMap(folded)
      .map((line) => line.trimEnd())
      .join('\n')}\n`;
  if (couldNotLook !== undefined) {
    lines.push(`${c.red('×')} ${verdict(diagnosis)}`);
    return page();
  }
  for (const one of named) lines.push(...cause(one, c), '');
  const told = new Set(named.flatMap(({ rivals }) => rivals.map(({ cause: rival }) => rival)));
  for (const { cause: other, p, alike } of others.filter((one) => !told.has(one.cause)).slice(0, 4))
    lines.push(
      c.dim(`${percent(p).padStart(7)}  ${[other, ...alike].map(({ code }) => code).join(', ')} ${other.title}`),
    );
  if (others.length > 0) lines.push('');
  for (const note of notes) lines.push(`${c.yellow('‼')} ${note}`);
  lines.push(
    ...list(
      'Unexplained',
      unexplained.map(({ title, said }) => `not so: ${title}: ${said}`),
      'nothing',
    ),
  );
  lines.push(
    ...list(
      'Not looked at',
      diagnosis.notLooked.map(({ what, why, wouldTell }) => `${what} (${why}); would show ${short(wouldTell)}`),
      'nothing',
    ),
  );
  const good = named.length === 0 && unexplained.length === 0 && ended.ended === 'complete';
  lines.push(`${good ? c.green('√') : c.red('×')} ${verdict(diagnosis)}`);
  return page();
}

function cause({ cause: it, share, because, not, alike, rivals, look }: Named, c: Colours): string[] {
  const row = (head: string, texts: readonly string[]) =>
    texts.map((words, i) => `  ${c.dim((i === 0 ? head : '').padEnd(8))} ${words}`);
  return [
    `${c.red(c.bold(`Cause  ${it.code}  ${it.title}`))}  ${c.bold(percent(share))}`,
    ...row(
      'because',
      because.map(({ said }) => said),
    ),
    ...row('why', [it.why]),
    ...row(
      'not',
      not.map(({ cause: other, why }) => `${other.code} ${other.title}, for this is as it should be: ${why}`),
    ),
    ...row(
      'or',
      alike.map(
        ({ cause: other, share: its, by }) =>
          `${other.code} ${other.title} (${percent(its)}): I cannot tell it from ${it.code}; what would: ${by.join('; ') || 'nothing known'}`,
      ),
    ),
    ...row(alike.length === 0 ? 'or' : '', rivals.map(rivalSaid)),
    ...row('fix', it.fix),
    ...row('look', look),
    ...row('read', [it.source]),
  ];
}

function list(head: string, items: readonly string[], none: string): string[] {
  if (items.length === 0) return [`${head}: ${none}.`];
  return [`${head}:`, ...items.map((item) => `  ${item}`)];
}

function short(codes: readonly string[]): string {
  return codes.length <= 6 ? codes.join(', ') : `${codes.slice(0, 5).join(', ')} and ${codes.length - 5} others`;
}
