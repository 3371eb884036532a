import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Command, Option } from 'commander';
import type { Format } from '../doctor';
import { InvalidInputError, shown } from '../input/problems';
import type { Terminal } from './terminal';

interface DoctorArguments {
  readonly quick: boolean;
  readonly budget?: string;
  readonly format: Format;
  readonly protocol?: 'socket.io' | 'websocket';
  readonly client: 'browser' | 'no-cookies';
  readonly origin?: string;
  readonly header: readonly string[];
  readonly auth?: string;
  readonly ca?: string;
  readonly address: readonly string[];
  readonly save?: string;
  readonly from?: string;
  readonly diff?: readonly string[];
  readonly hideAddresses: boolean;
  readonly explain?: string;
  readonly output?: string;
  readonly progress: boolean;
  readonly color: boolean;
}

/** `holdfast doctor`: what looks, ranks and reports is loaded when it is needed and not before. */
export function registerDoctor(
  program: Command,
  terminal: Terminal,
  done: (code: 0 | 1 | 2) => void,
  version: string,
): void {
  const several = (value: string, before: string[]): string[] => [...before, value];
  program
    .command('doctor')
    .description('look at a live deployment: the cause of broken connections, with proof')
    .argument('[url]', 'http(s)://host/path/socket.io/ for Socket.IO, ws(s)://host/path for plain WebSockets')
    .option('--quick', 'ten seconds, without sockets that stay', false)
    .option('--budget <time>', 'how long it may take, such as 30s or 5m (default: 10s with --quick, else 100s)')
    .addOption(
      new Option('-f, --format <format>', 'how the diagnosis is printed')
        .choices(['text', 'json', 'junit', 'markdown', 'html'])
        .default('text'),
    )
    .option('-o, --output <file>', 'write the report into this file')
    .addOption(
      new Option('--protocol <protocol>', 'what is spoken there (default: by the address)').choices([
        'socket.io',
        'websocket',
      ]),
    )
    .addOption(new Option('--client <client>', 'as whom to look').choices(['browser', 'no-cookies']).default('browser'))
    .option('--origin <origin>', 'origin of the page that connects (default: that of the address)')
    .option('--header <name: value>', 'send this header too; it is not recorded', several, [])
    .option('--auth <json>', 'what the client passes as auth; it is not recorded')
    .option('--ca <file>', 'certificates to trust, in PEM')
    .option('--address <ip>', 'connect to this address instead of asking DNS', several, [])
    .option('--save <file>', 'save the evidence: redacted, and enough to diagnose from; .gz compresses it')
    .option('--hide-addresses', 'replace names and addresses of machines as well', false)
    .option('--from <file>', 'diagnose from saved evidence, without looking')
    .option('--diff <files...>', 'what changed between two evidence files')
    .option('--explain <code>', 'tell the story of a cause, such as WS501')
    .option('--no-progress', 'say nothing while it works')
    .option('--no-color', 'no colours, as with NO_COLOR')
    .addHelpText(
      'after',
      `
It asks at most 30 times a second, holds at most 40 sockets, joins no namespace but for sockets that stay, and changes nothing.
Exit codes, in every format: 0 nothing wrong, 1 a cause, 2 could not look.`,
    )
    .action(async (url: string | undefined, args: DoctorArguments) => {
      const heard = args.color ? terminal : { ...terminal, colour: false };
      done(await runDoctor(url, args, heard, version));
    });
}

async function runDoctor(
  url: string | undefined,
  args: DoctorArguments,
  terminal: Terminal,
  version: string,
): Promise<0 | 1 | 2> {
  const doctor = require('../doctor') as typeof import('../doctor');
  const at = (file: string) => path.resolve(terminal.cwd, file);
  const { colour } = terminal;
  // Before anybody waits for what could not be kept.
  if (args.save !== undefined) doctor.checkWritable('--save', at(args.save));
  if (args.output !== undefined) doctor.checkWritable('--output', at(args.output));
  if (args.explain !== undefined) {
    const cause = doctor.causeOf(args.explain);
    if (cause === undefined)
      throw new InvalidInputError([
        `${shown(args.explain)} is no cause; there are ${doctor.CAUSES[0]?.code} to ${doctor.CAUSES.at(-1)?.code}`,
      ]);
    terminal.out(doctor.causeText(cause));
    return 0;
  }
  if (args.diff !== undefined) {
    if (args.format !== 'text')
      throw new InvalidInputError([`--diff tells in text only; leave out --format ${args.format}`]);
    const [before, after, ...more] = args.diff;
    if (before === undefined || after === undefined || more.length > 0)
      throw new InvalidInputError(['--diff compares two evidence files: --diff before.jsonl after.jsonl']);
    const [was, is] = [before, after].map((file) => doctor.diagnose(doctor.loadRecording(at(file))));
    if (was === undefined || is === undefined) return 2;
    terminal.out(doctor.diff(was, is));
    return doctor.exitCode(is);
  }
  if ((url === undefined) === (args.from === undefined))
    throw new InvalidInputError([
      url === undefined
        ? 'nothing to look at; give an address, such as https://host/socket.io/, or evidence with --from <file>'
        : '--from diagnoses saved evidence; give either the file or an address',
    ]);
  let recording =
    args.from === undefined
      ? await look(doctor, url as string, args, terminal, version)
      : doctor.loadRecording(at(args.from));
  if (args.hideAddresses) recording = doctor.hideAddresses(recording);
  if (args.save !== undefined) {
    doctor.saveRecording(at(args.save), recording);
    terminal.err(
      `${args.save}: ${recording.evidence.length} pieces of evidence; left out: session ids, cookies, tokens, bodies beyond 400 bytes, headers that say nothing about the path${args.hideAddresses ? ', names and addresses' : ''}\n`,
    );
  }
  const diagnosis = doctor.diagnose(recording);
  const report = doctor.render(diagnosis, args.format, {
    colour: colour && args.output === undefined,
    ...(args.output === undefined && terminal.columns !== undefined ? { width: terminal.columns } : {}),
  });
  if (args.output === undefined) terminal.out(report);
  else {
    try {
      fs.writeFileSync(at(args.output), report);
    } catch (error) {
      throw new InvalidInputError([`--output ${shown(args.output)} cannot be written: ${(error as Error).message}`]);
    }
  }
  return doctor.exitCode(diagnosis);
}

async function look(
  doctor: typeof import('../doctor'),
  url: string,
  args: DoctorArguments,
  terminal: Terminal,
  version: string,
): Promise<import('../doctor').Recording> {
  const target = doctor.readTarget(url, {
    ...(args.protocol === undefined ? {} : { protocol: args.protocol }),
    ...(args.origin === undefined ? {} : { origin: args.origin }),
    ...(args.auth === undefined ? {} : { auth: args.auth }),
    ...(args.ca === undefined ? {} : { ca: authority(path.resolve(terminal.cwd, args.ca)) }),
    client: args.client,
    headers: args.header,
    addresses: args.address,
  });
  const budget = args.budget === undefined ? undefined : secondsOf(args.budget);
  const stop = new AbortController();
  // The first Ctrl-C ends the look and reports; whoever presses again wants to leave.
  const interrupt = () => {
    terminal.err('interrupted: what was seen follows\n');
    stop.abort();
    process.removeListener('SIGINT', interrupt);
  };
  process.once('SIGINT', interrupt);
  try {
    return await doctor.examine(target, {
      quick: args.quick,
      ...(budget === undefined ? {} : { budgetSeconds: budget }),
      signal: stop.signal,
      progress: args.progress ? (text) => terminal.err(`… ${text}\n`) : () => {},
      version,
      environment: process.env,
    });
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

function authority(file: string): string {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidInputError([`--ca ${shown(file)} cannot be read: ${(error as Error).message}`]);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new InvalidInputError([
      `--ca ${shown(file)} holds no certificate in PEM; it begins with -----BEGIN CERTIFICATE-----`,
    ]);
  return text;
}

function secondsOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m)?$/.exec(text.trim());
  const seconds = match === null ? Number.NaN : Number(match[1]) * (match[2] === 'm' ? 60 : 1);
  if (!(seconds >= 2 && seconds <= 3600))
    throw new InvalidInputError([`--budget ${shown(text)} is no time from 2s to 60m; write 30s or 5m`]);
  return seconds;
}
