import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Command, Option } from 'commander';
import type { Format } from '../doctor';
import { InvalidInputError, shown } from '../input/problems';
import { whyNot } from '../input/why-not';
import { type Done, several } from './command-line';
import { checkChecklist, tick } from './doctor-checklist';
import { type ClusterArguments, ClusterLook, checkMending, meansCluster, only, runUndo } from './doctor-cluster';
import { checkDisrupt, measureDrain } from './doctor-disrupt';
import { type LookArguments, look, lookOptions, targetOptions } from './doctor-look';
import type { Terminal } from './terminal';
import { ownVersion } from './version';
import { checkWebhook, tellWebhook } from './webhook';

interface DoctorArguments extends ClusterArguments, LookArguments {
  readonly format: Format;
  readonly save?: string;
  readonly from?: string;
  readonly diff?: readonly string[];
  readonly hideAddresses: boolean;
  readonly explain?: string;
  readonly webhook?: string;
  readonly disrupt?: string;
  readonly checklist?: import('../papers').ChecklistName;
  readonly output?: string;
  readonly color: boolean;
}

/** `holdfast doctor`: what looks, ranks and reports is loaded when it is needed and not before. */
export function registerDoctor(program: Command, terminal: Terminal, done: Done): void {
  const doctor = program
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
    .option('-n, --namespace <name>', 'look inside the cluster too: at every hop, and at the objects of this namespace')
    .option('--context <name>', "context of kubectl's configuration (default: the current one)")
    .option('--ingress <name>', 'the Ingress or HTTPRoute that is meant, where there are several')
    .option('--service <name>', 'the Service that is meant')
    .option('--no-edge', 'look inside the cluster only, and not at what people connect to')
    .addOption(
      new Option('--checklist <which>', 'tick what has to hold before or after a deployment, with evidence').choices([
        'pre',
        'post',
      ]),
    )
    .option('--rbac', 'print the Roles that looking, and mending, need', false)
    .option('--plan', 'show every change that would mend what was found; make none', false)
    .option('--fix [code]', 'make these changes, after asking; of one cause, where it is named')
    .option('--disrupt <what>', 'evict pod, pod=<name> or the pods of zone=<zone>, after asking, and measure the drain')
    .option('--yes', 'with --fix and --disrupt: do not ask', false)
    .option('--undo-folder <folder>', 'where what undoes a change is kept', UNDO_FOLDER)
    .addOption(
      new Option('--webhook <url>', 'where something is wrong, POST what to this address').env('HOLDFAST_WEBHOOK'),
    )
    .option('--no-progress', 'say nothing while it works')
    .option('--no-color', 'no colours, as with NO_COLOR')
    .addHelpText(
      'after',
      `
It asks at most 30 times a second, holds at most 40 sockets, joins no namespace but for sockets that stay, and changes nothing without --fix.
Exit codes, in every format: 0 nothing wrong, 1 a cause, 2 could not look.`,
    )
    .action(async (url: string | undefined, args: DoctorArguments) => {
      const heard = args.color ? terminal : { ...terminal, colour: false };
      checkWebhook(args.webhook);
      done(await runDoctor(url, args, heard, ownVersion()));
    });
  doctor
    .command('undo')
    .description('take a change of --fix back, with the values that were there')
    .argument('[id]', 'which one (default: the last)')
    .action(async (id: string | undefined) => {
      // Options that stand before the word belong to the doctor.
      done(await runUndo(id, doctor.opts<DoctorArguments>(), terminal));
    });
}

/** Beside what it undoes, and not in a folder that a reboot empties. */
const UNDO_FOLDER = '.holdfast/undo';

async function runDoctor(
  url: string | undefined,
  args: DoctorArguments,
  terminal: Terminal,
  version: string,
): Promise<0 | 1 | 2> {
  const doctor = require('../doctor') as typeof import('../doctor');
  const at = (file: string) => path.resolve(terminal.cwd, file);
  // Before anybody waits for what could not be kept.
  if (args.save !== undefined) doctor.checkWritable('--save', at(args.save));
  if (args.output !== undefined) doctor.checkWritable('--output', at(args.output));
  if (args.explain !== undefined) {
    const cause = doctor.causeOf(args.explain);
    if (cause === undefined) {
      const rule = (require('../rules/all') as typeof import('../rules/all')).ruleOf(args.explain);
      throw new InvalidInputError([
        rule === undefined
          ? `${shown(args.explain)} is no cause; there are ${doctor.CAUSES[0]?.code} to ${doctor.CAUSES.at(-1)?.code}`
          : `${shown(args.explain)} is no cause but a rule about manifests; holdfast explain ${rule.code} tells it`,
      ]);
    }
    terminal.out(doctor.causeText(cause));
    return 0;
  }
  if (args.diff !== undefined) {
    if (args.format !== 'text')
      throw new InvalidInputError([`--diff tells in text only; leave out --format ${args.format}`]);
    const [before, after, ...more] = args.diff;
    if (before === undefined || after === undefined || more.length > 0)
      throw new InvalidInputError(['--diff compares two evidence files: --diff before.jsonl after.jsonl']);
    const [was, is] = [before, after].map((file) =>
      fromFile(file, () => doctor.diagnose(doctor.loadRecording(at(file)))),
    );
    if (was === undefined || is === undefined) return 2;
    terminal.out(doctor.diff(was, is));
    return doctor.exitCode(is);
  }
  if (args.rbac) {
    const namespace = args.namespace ?? 'default';
    terminal.out(
      `${doctor.readingRole(namespace)}---\n${doctor.mendingRole(namespace)}---\n${doctor.disruptingRole(namespace)}`,
    );
    return 0;
  }
  checkChecklist(args);
  checkDisrupt(args);
  const inside = meansCluster(args);
  if (args.from !== undefined && args.fix !== undefined)
    throw new InvalidInputError([
      '--fix changes what is there now, and --from tells of what was there then; use one of them',
    ]);
  checkMending(args, args.from);
  if (inside && args.from === undefined) return runInside(doctor, url, args, terminal, version);
  if ((url === undefined) === (args.from === undefined))
    throw new InvalidInputError([
      url === undefined
        ? 'nothing to look at; give an address, such as https://host/socket.io/, a namespace with -n <name>, or evidence with --from <file>'
        : '--from diagnoses saved evidence; give either the file or an address',
    ]);
  const recording =
    args.from === undefined
      ? await look(doctor, url as string, args, terminal, version)
      : doctor.loadRecording(at(args.from));
  const judged = () => report(doctor, recording, args, terminal);
  const { code, diagnosis } = args.from === undefined ? judged() : fromFile(args.from, judged);
  await tell(doctor, code, diagnosis, args, terminal);
  return code;
}

/** Judges saved evidence. Each line of it may be well formed, and still be none that a probe writes. */
function fromFile<T>(file: string, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw new InvalidInputError([
      `${shown(file)} holds evidence that cannot be judged (${(error as Error).message}); the file was changed by hand, or written by another holdfast`,
    ]);
  }
}

/** Tells the webhook, where there is one and something to tell. */
async function tell(
  doctor: typeof import('../doctor'),
  code: 0 | 1 | 2,
  diagnosis: import('../doctor').Diagnosis,
  { webhook }: DoctorArguments,
  terminal: Terminal,
): Promise<void> {
  if (webhook !== undefined && code !== 0)
    await tellWebhook(webhook, code, doctor.verdict(diagnosis), diagnosis, terminal);
}

/** Looks inside a cluster, tells, and mends where that is wanted. */
async function runInside(
  doctor: typeof import('../doctor'),
  url: string | undefined,
  args: DoctorArguments,
  terminal: Terminal,
  version: string,
): Promise<0 | 1 | 2> {
  const { options, end } = lookOptions(args, terminal, version);
  const look = await ClusterLook.open(doctor, args, targetOptions(args, terminal), url, options);
  try {
    const seen = await look.look({ edge: args.disrupt === undefined && args.edge });
    const told = report(doctor, seen, args, terminal);
    if (args.disrupt !== undefined)
      return await measureDrain(doctor, look.cluster, seen, args.disrupt, args.yes, options, terminal);
    await tell(doctor, told.code, told.diagnosis, args, terminal);
    if (args.fix === undefined || told.diagnosis.named.length === 0) return told.code;
    return (await look.fix(told.diagnosis, terminal)) ? 0 : told.code;
  } finally {
    look.cluster.close();
    end();
  }
}

/** Saves what was seen and prints what follows from it. */
function report(
  doctor: typeof import('../doctor'),
  seen: import('../doctor').Recording,
  args: DoctorArguments,
  terminal: Terminal,
): { readonly code: 0 | 1 | 2; readonly diagnosis: import('../doctor').Diagnosis } {
  const at = (file: string) => path.resolve(terminal.cwd, file);
  const { colour } = terminal;
  const recording = args.hideAddresses ? doctor.hideAddresses(seen) : seen;
  if (args.save !== undefined) {
    doctor.saveRecording(at(args.save), recording);
    terminal.err(
      `${args.save}: ${recording.evidence.length} pieces of evidence; left out: session ids, cookies, tokens, bodies beyond 400 bytes, headers that say nothing about the path${args.hideAddresses ? ', names and addresses' : ''}\n`,
    );
  }
  const diagnosis = doctor.diagnose(recording);
  if (args.checklist !== undefined) return tick(args.checklist, diagnosis, terminal);
  const planned = args.plan || args.fix !== undefined;
  const text = doctor.render(diagnosis, args.format, {
    colour: colour && args.output === undefined,
    ...(args.output === undefined && terminal.columns !== undefined ? { width: terminal.columns } : {}),
    ...(planned ? { plan: only(args) ?? true } : {}),
  });
  if (args.output === undefined) terminal.out(text);
  else {
    try {
      fs.writeFileSync(at(args.output), text);
    } catch (error) {
      throw new InvalidInputError([`--output ${shown(args.output)} cannot be written: ${whyNot(error)}`]);
    }
  }
  return { code: doctor.exitCode(diagnosis), diagnosis };
}
