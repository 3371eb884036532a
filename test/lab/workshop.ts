import * as readline from 'node:readline';
import { causeOf, diagnose, examine, readTarget, render } from '../../lib/doctor';
import { FAULTS } from './faults/all';
import { Lab } from './lab';

const HELP = `Something is broken. Find it with curl, a browser, or whatever you use at night.
  hint           one thing that the doctor would look at
  doctor         let the doctor look, and read its report
  WS5xx          your answer
  give up        what it was
  quit`;

/** `npm run workshop`: a hidden fault to find. */
async function main([name]: readonly string[]): Promise<void> {
  // What needs the doctor's own process asleep is no riddle for people.
  const riddles = FAULTS.filter((one) => one.name !== 'laptop-asleep');
  const fault = riddles.find((one) => one.name === name) ?? riddles[Math.floor(Math.random() * riddles.length)];
  if (fault === undefined) return;
  const lab = new Lab();
  const lines = readline.createInterface({ input: process.stdin });
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const started = await fault.start(lab);
    const again =
      started.during === undefined ? undefined : setInterval(() => void started.during?.().catch(() => {}), 20_000);
    lab.later(() => clearInterval(again));
    say(
      `${HELP}\n\nUsers of ${started.url} complain:\n  ${fault.causes.map((code) => causeOf(code)?.story).join('\n  ')}\n`,
    );
    for await (const line of lines) {
      const answer = line.trim();
      const told = `${fault.causes.map((code) => `${code} ${causeOf(code)?.title}`).join('; ')}: ${fault.injects}`;
      if (answer === 'quit') break;
      if (answer === 'give up') {
        say(told);
        break;
      }
      if (answer === 'hint') {
        const [by] = causeOf(fault.causes[0] as string)?.runbook ?? [];
        say(by ?? 'look at the answers');
      } else if (answer === 'doctor') {
        say('The doctor looks; this takes up to a minute.');
        const recording = await examine(readTarget(started.url, started.options), {
          quick: false,
          budgetSeconds: 40,
          signal: new AbortController().signal,
          progress: (text) => {
            if (text === 'sockets that stay, quiet ones and talkative ones') void started.during?.();
            say(`… ${text}`);
          },
          version: 'workshop',
          environment: {},
        });
        say(render(diagnose(recording), 'text'));
      } else if (fault.causes.some((code) => code === answer.toUpperCase())) {
        say(`Right. ${told}`);
        break;
      } else say(causeOf(answer) === undefined ? HELP : `No, not ${answer.toUpperCase()} ${causeOf(answer)?.title}.`);
    }
  } finally {
    lines.close();
    await lab.end();
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  },
);
