import { causeOf } from '../../lib/doctor';
import { CONTROLS, COUPLES, FAULTS } from './faults/all';
import { Lab } from './lab';
import { commandFor, goodbye } from './terminal';

const ALL = [...FAULTS, ...COUPLES, ...CONTROLS];

/** `npm run lab -- <fault>`: starts the parts with one fault, and says where to look. Ends with Ctrl-C. */
async function main([name]: readonly string[]): Promise<number> {
  const fault = ALL.find((one) => one.name === name);
  if (fault === undefined) {
    if (name !== undefined) process.stderr.write(`there is no fault "${name}"; those that there are:\n`);
    const width = Math.max(...ALL.map((one) => one.name.length));
    process.stdout.write(
      `npm run lab -- <fault>\n\n${ALL.map((one) => `${one.name.padEnd(width)}  ${one.injects}`).join('\n')}\n`,
    );
    return name === undefined ? 0 : 2;
  }
  const stopped = goodbye();
  const lab = new Lab();
  try {
    const started = await fault.start(lab);
    await started.verify?.();
    const causes = fault.causes.map((code) => `${code} ${causeOf(code)?.title}`).join('; ');
    const sleep =
      started.sleeps === undefined
        ? ''
        : 'While its sockets stay open, stop it for four seconds: Ctrl-Z, and fg to go on.\n';
    process.stdout.write(
      `${fault.injects}\n${causes === '' ? 'nothing is wrong' : causes}\n\n  ${commandFor(lab, started)}\n\n${sleep}Ctrl-C ends it.\n`,
    );
    // What happens to sockets that stay happens again and again, so that whoever looks sees it.
    const again =
      started.during === undefined ? undefined : setInterval(() => void started.during?.().catch(() => {}), 15_000);
    await stopped;
    clearInterval(again);
    return 0;
  } finally {
    await lab.end();
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  },
);
