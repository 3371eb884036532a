import { causeOf } from '../../lib/doctor';
import { CONTROLS, COUPLES, FAULTS } from './faults/all';
import { Lab } from './lab';

const ALL = [...FAULTS, ...COUPLES, ...CONTROLS];

/** `npm run lab -- <fault>`: starts the parts with one fault, and says where to look. Ends with Ctrl-C. */
async function main([name]: readonly string[]): Promise<number> {
  const fault = ALL.find((one) => one.name === name);
  if (fault === undefined) {
    const width = Math.max(...ALL.map((one) => one.name.length));
    process.stdout.write(
      `npm run lab -- <fault>\n\n${ALL.map((one) => `${one.name.padEnd(width)}  ${one.injects}`).join('\n')}\n`,
    );
    return name === undefined ? 0 : 2;
  }
  const lab = new Lab();
  const stopped = new Promise<void>((resolve) => process.once('SIGINT', () => resolve()));
  try {
    const started = await fault.start(lab);
    await started.verify?.();
    const { options = {} } = started;
    const flags = [
      ...(options.client === undefined ? [] : [`--client ${options.client}`]),
      ...(options.origin === undefined ? [] : [`--origin ${options.origin}`]),
      ...(options.addresses ?? []).map((address) => `--address ${address}`),
      ...(options.ca === undefined ? [] : [`--ca ${lab.save('ca.pem', options.ca)}`]),
    ];
    const causes = fault.causes.map((code) => `${code} ${causeOf(code)?.title}`).join('; ');
    process.stdout.write(
      `${fault.injects}\n${causes === '' ? 'nothing is wrong' : causes}\n\n  holdfast doctor ${[started.url, ...flags].join(' ')}\n\nCtrl-C ends it.\n`,
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
