import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Ran, Run } from '../../../lib/doctor/ask/program';

const folder = path.join(__dirname, 'transcripts');

/** What a cloud answered to each command, with the fields of its API; and what is wrong there. */
export interface Transcript {
  readonly cause?: string;
  readonly said?: string;
  /** What the BackendConfig asks for beside the usual. */
  readonly config?: object;
  /** What pods answer to a health check inside the cluster. */
  readonly health?: readonly [number, string];
  /** By the beginning of the command. */
  readonly answers: Readonly<Record<string, unknown>>;
}

export const transcripts = (of: string): readonly string[] =>
  fs
    .readdirSync(folder)
    .filter((file) => file.startsWith(`${of}-`))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();

export function transcript(name: string): Transcript {
  return JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8')) as Transcript;
}

const ran = (more: Partial<Ran>): Ran => ({ status: 0, out: '', err: '', missing: false, ...more });

/** `gcloud` or `aws` as they were recorded: first what is wrong, for the rest the healthy transcript. `asked` collects the commands. */
export function replay(name: string, asked: string[] = []): Run {
  const [cloud = ''] = name.split('-');
  const answers = { ...transcript(`${cloud}-healthy`).answers, ...transcript(name).answers };
  return async (program, args) => {
    const command = [program, ...args].join(' ');
    asked.push(command);
    const key = Object.keys(answers)
      .filter((one) => command.startsWith(`${one} `))
      .sort((a, b) => b.length - a.length)[0];
    if (key === undefined) throw new Error(`the transcript has no answer to ${command}`);
    const answer = answers[key];
    return ran({ out: typeof answer === 'string' ? answer : JSON.stringify(answer) });
  };
}

/** Neither program is installed. */
export const absent: Run = async (program) => ran({ status: -1, err: `spawn ${program} ENOENT`, missing: true });

/** The program is there, and whoever is logged in may not ask. */
export const refusing =
  (err: string): Run =>
  async () =>
    ran({ status: 1, err });
