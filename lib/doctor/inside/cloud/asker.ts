import type { Run } from '../../ask/program';
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

/** One program of a cloud. What it answers is evidence; that it is missing or refuses is said once for each reason. */
export class Asker {
  readonly skipped: Skipped[] = [];
  private missing = false;
  private asked = 0;

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
    if (this.missing || this.signal.aborted) return undefined;
    this.asked += 1;
    if (this.asked > MOST_COMMANDS) {
      this.skip(probe, `${MOST_COMMANDS} commands of ${this.program} were enough`);
      return undefined;
    }
    const at = this.now();
    const { status, out, err, missing } = await this.run(this.program, args, this.signal);
    if (missing && !this.missing) {
      this.missing = true;
      this.skip('balancer', `${this.program} is not installed here, or not in PATH`);
    }
    if (!missing && status !== 0) this.skip(probe, `${this.program}: ${lastLine(err)}`);
    if (status !== 0) return undefined;
    const answer = read(out);
    if (answer === undefined) {
      this.skip(probe, `${this.program} printed something else than JSON`);
      return undefined;
    }
    const written = without(kept(answer)) as Json;
    this.record('cloud', { what: probe, command: [this.program, ...args] }, written, at, this.now() - at);
    return written;
  };

  /** Notes that something was not asked. */
  readonly skip = (probe: string, why: string): void => {
    this.skipped.push({ probe, why });
  };
}

function read(out: string): unknown {
  try {
    return JSON.parse(out.trim() === '' ? 'null' : out);
  } catch {
    // A log is no JSON: whoever asked for it reads it.
    return out.includes('\n') && !/^[[{]/.test(out) ? out : undefined;
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
