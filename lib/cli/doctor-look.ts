import * as fs from 'node:fs';
import * as path from 'node:path';
import { InvalidInputError, shown } from '../input/problems';
import { whyNot } from '../input/why-not';
import type { Terminal } from './terminal';

/** What is said on the command line of how to look. */
export interface LookArguments {
  readonly protocol?: 'socket.io' | 'websocket';
  readonly client: 'browser' | 'no-cookies';
  readonly origin?: string;
  readonly header: readonly string[];
  readonly auth?: string;
  readonly ca?: string;
  readonly address: readonly string[];
  readonly quick: boolean;
  readonly budget?: string;
  readonly progress: boolean;
}

/** Looks from outside. */
export async function look(
  doctor: typeof import('../doctor'),
  url: string,
  args: LookArguments,
  terminal: Terminal,
  version: string,
): Promise<import('../doctor').Recording> {
  const target = doctor.readTarget(url, targetOptions(args, terminal));
  const { options, end } = lookOptions(args, terminal, version);
  // A name that nobody answers for would keep this process for five seconds, twice per name server, whatever was said meanwhile.
  process.env.RES_OPTIONS ??= 'timeout:1 attempts:2';
  try {
    return await doctor.examine(target, options);
  } finally {
    end();
  }
}

export function targetOptions(args: LookArguments, terminal: Terminal): import('../doctor').TargetOptions {
  return {
    ...(args.protocol === undefined ? {} : { protocol: args.protocol }),
    ...(args.origin === undefined ? {} : { origin: args.origin }),
    ...(args.auth === undefined ? {} : { auth: args.auth }),
    ...(args.ca === undefined ? {} : { ca: authority(path.resolve(terminal.cwd, args.ca)) }),
    client: args.client,
    headers: args.header,
    addresses: args.address,
  };
}

/** How to look, and what ends the listening for Ctrl-C. */
export function lookOptions(
  args: LookArguments,
  terminal: Terminal,
  version: string,
): { readonly options: import('../doctor').ExamineOptions; readonly end: () => void } {
  const budget = args.budget === undefined ? undefined : secondsOf(args.budget);
  const stop = new AbortController();
  // The first Ctrl-C ends the look and reports; whoever presses again wants to leave.
  const interrupt = () => {
    terminal.err('interrupted: what was seen follows\n');
    stop.abort();
    process.removeListener('SIGINT', interrupt);
  };
  process.once('SIGINT', interrupt);
  return {
    options: {
      quick: args.quick,
      ...(budget === undefined ? {} : { budgetSeconds: budget }),
      signal: stop.signal,
      progress: args.progress ? (text) => terminal.err(`… ${text}\n`) : () => {},
      version,
      environment: process.env,
    },
    end: () => process.removeListener('SIGINT', interrupt),
  };
}

function authority(file: string): string {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidInputError([`--ca ${shown(file)} cannot be read: ${whyNot(error)}`]);
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
