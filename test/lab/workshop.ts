import * as readline from 'node:readline';
import { causeOf, diagnose, examine, OBSERVATIONS, readTarget, render } from '../../lib/doctor';
import type { Fault, Started } from './fault';
import { FAULTS } from './faults/all';
import { Lab } from './lab';
import { commandFor, goodbye } from './terminal';

const HELP = `Something is broken. Find it with curl, a browser, or whatever you use at night.
  hint           one thing that the doctor would look at
  doctor         let the doctor look, and read its report
  WS5xx          your answer
  give up        what it was
  quit`;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** `npm run workshop`: a hidden fault to find. */
async function main([name]: readonly string[]): Promise<number> {
  // What needs the doctor's own process asleep is no riddle for people.
  const riddles = FAULTS.filter((one) => one.name !== 'laptop-asleep');
  const fault =
    name === undefined ? riddles[Math.floor(Math.random() * riddles.length)] : riddles.find((one) => one.name === name);
  if (fault === undefined) {
    process.stderr.write(`there is no riddle "${name}"; npm run lab lists the faults, npm run workshop takes any\n`);
    return 2;
  }
  const over = new AbortController();
  void goodbye().then(() => over.abort());
  const lab = new Lab();
  try {
    const started = await fault.start(lab);
    const again =
      started.during === undefined ? undefined : setInterval(() => void started.during?.().catch(() => {}), 20_000);
    lab.later(() => clearInterval(again));
    const stories = fault.causes.map((code) => causeOf(code)?.story).join('\n  ');
    say(`${HELP}\n\nUsers of ${started.url} complain:\n  ${stories}\n\n  ${commandFor(lab, started)}\n`);
    // Not before the riddle stands: what is typed meanwhile would be lost.
    const lines = readline.createInterface({ input: process.stdin });
    over.signal.addEventListener('abort', () => lines.close());
    for await (const line of lines) if (await heard(line.trim(), fault, started, over.signal)) break;
    lines.close();
    return 0;
  } finally {
    await lab.end();
  }
}

/** Answers what was typed; whether that was the end. */
async function heard(line: string, fault: Fault, started: Started, signal: AbortSignal): Promise<boolean> {
  const told = `${fault.causes.map((code) => `${code} ${causeOf(code)?.title}`).join('; ')}: ${fault.injects}`;
  if (line === 'quit') return true;
  if (line === 'give up') {
    say(told);
    return true;
  }
  if (line === 'hint') {
    const shows = Object.entries(causeOf(fault.causes[0] as string)?.shows ?? {});
    const sign = OBSERVATIONS.find(
      ({ id, from }) => from === 'outside' && shows.some(([shown, how]) => shown === id && how === 'must'),
    );
    say(`Look whether this is so: ${sign?.title ?? 'the answers are what they should be'}.`);
  } else if (line === 'doctor') {
    say('The doctor looks; this takes up to a minute.');
    say(render(diagnose(await look(started, signal)), 'text'));
  } else if (fault.causes.some((code) => code === line.toUpperCase())) {
    say(`Right. ${told}`);
    return true;
  } else {
    const other = causeOf(line);
    say(other === undefined ? HELP : `No, not ${other.code} ${other.title}.`);
  }
  return false;
}

function look(started: Started, signal: AbortSignal): ReturnType<typeof examine> {
  let begun = false;
  return examine(readTarget(started.url, started.options), {
    quick: false,
    budgetSeconds: started.budgetSeconds ?? 40,
    signal,
    progress: (text) => {
      if (text.startsWith('sockets that stay') && !begun) {
        begun = true;
        void started.during?.().catch(() => {});
      }
      say(`… ${text}`);
    },
    version: 'workshop',
    environment: {},
  });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  },
);
