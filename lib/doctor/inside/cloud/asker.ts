import { shown } from '../../../input/problems';
import type { Ran, Run } from '../../ask/program';
import type { Json } from '../../evidence';
import type { Record } from '../collect';

/** What was not asked, and why. */
export interface Skipped {
  readonly probe: string;
  readonly why: string;
}

/** The most commands of a cloud in one look: each takes a second or two, and counts against somebody's quota. */
const MOST_COMMANDS = 12;

/** What is left out of what a cloud says: keys of others. */
const NEVER = new Set(['iap', 'oauth2ClientSecret', 'oauth2ClientSecretSha256', 'signedUrlKeyNames', 'fingerprint']);

/** What the programs say where nobody is logged in, or the login is over, and what makes it good. */
const NOT_LOGGED_IN =
  /active account selected|Reauthentication|auth login|Unable to locate credentials|ExpiredToken|Token has expired|sso login|InvalidClientTokenId/i;
const LOG_IN = { gcloud: 'gcloud auth login', aws: 'aws configure, or aws sso login' } as const;

/** One program of a cloud. What it answers is evidence; that it is missing, hangs or refuses is said once for each reason. */
export class Asker {
  readonly skipped: Skipped[] = [];
  private useless = false;
  private asked = 0;
  private recorded = 0;

  constructor(
    private readonly program: 'gcloud' | 'aws',
    private readonly run: Run,
    private readonly record: Record,
    private readonly now: () => number,
    private readonly signal: AbortSignal,
  ) {}

  /** Asks, and writes the answer down; `kept` says what of it. `undefined` where there is none. */
  readonly ask = async (
    probe: string,
    args: readonly string[],
    kept: (answer: unknown) => unknown = (answer) => answer,
  ): Promise<unknown> => {
    if (this.useless || this.signal.aborted) return undefined;
    this.asked += 1;
    if (this.asked > MOST_COMMANDS) {
      this.skip(probe, `${MOST_COMMANDS} commands of ${this.program} were enough`);
      return undefined;
    }
    const at = this.now();
    const ran = await this.run(this.program, args, this.signal);
    // Others were under way beside it: one sentence is enough.
    if (this.useless) return undefined;
    const why = this.uselessBecause(ran);
    if (why !== undefined) {
      this.useless = true;
      this.skip('balancer', why);
      return undefined;
    }
    if (ran.status !== 0) {
      this.skip(probe, `${this.program}: ${lastLine(ran.err)}`);
      return undefined;
    }
    const answer = read(ran.out);
    if (answer === undefined) {
      this.skip(probe, `${this.program} printed something else than JSON`);
      return undefined;
    }
    const written = without(kept(answer)) as Json;
    this.recorded += 1;
    this.record('cloud', { what: probe, command: [this.program, ...args] }, written, at, this.now() - at);
    return written;
  };

  /** Why no other command will tell more; `undefined` where one may. */
  private uselessBecause({ status, out, err, missing, late }: Ran): string | undefined {
    const { program } = this;
    if (missing) return `${program} is not installed here, or not in PATH`;
    // The look has a time as well, which may be over first.
    if (late === true || this.signal.aborted)
      return `${program} did not end while the doctor looked; run ${program} by hand, it may wait for somebody who logs in`;
    if (status !== 0 && NOT_LOGGED_IN.test(err)) return `${program} is not logged in here: ${LOG_IN[program]}`;
    const begin = out.trim().slice(0, 40);
    if (status === 0 && this.recorded === 0 && read(out) === undefined)
      return `${program} printed no JSON, but ${shown(begin)}; is the ${program} in PATH the one of ${program === 'aws' ? 'AWS' : 'Google'}?`;
    return undefined;
  }

  /** Notes that something was not asked. */
  readonly skip = (probe: string, why: string): void => {
    this.skipped.push({ probe, why });
  };
}

/** A log of AWS is no JSON; every line of it begins with what kind of connection it was. */
const LOG_OF_AWS = /^(https?|h2|grpcs|wss?) \S+ app\//;

function read(out: string): unknown {
  try {
    return JSON.parse(out.trim() === '' ? 'null' : out);
  } catch {
    return LOG_OF_AWS.test(out) ? out : undefined;
  }
}

function lastLine(err: string): string {
  const lines = err.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.find((line) => /ERROR|error occurred/i.test(line)) ?? lines.at(-1) ?? 'it failed';
  return telling.trim().slice(0, 200);
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !NEVER.has(key))
      .map(([key, part]) => [key, without(part)]),
  );
}
