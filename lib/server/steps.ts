/** Something that went wrong while a shutdown went on. */
export interface ShutdownFailure {
  /** What was being done. */
  readonly step: string;
  readonly error: Error;
}

/** Does one thing after the other, whatever becomes of each: nothing may hold the last one up, or take the process down before it. */
export class Steps {
  readonly failures: ShutdownFailure[] = [];

  /** Does what ends at once. A promise that it returns nevertheless may fail without harm. */
  now(step: string, work: () => unknown): void {
    try {
      Promise.resolve(work()).catch((error) => this.failed(step, error));
    } catch (error) {
      this.failed(step, error);
    }
  }

  /** Waits for what takes time, until `deadline` on the clock of `performance.now()`. Says whether it was done by then. */
  async by(deadline: number, step: string, work: () => unknown): Promise<boolean> {
    const within = Math.max(0, Math.round(deadline - performance.now()));
    let late: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      late = setTimeout(() => reject(new Error(`not done within ${within} ms`)), within);
    });
    try {
      await Promise.race([Promise.resolve().then(work), timeout]);
      return true;
    } catch (error) {
      this.failed(step, error);
      return false;
    } finally {
      clearTimeout(late);
    }
  }

  /** Notes what went wrong. Throws nothing itself, whatever was thrown: nobody is left to catch it. */
  failed(step: string, thrown: unknown): void {
    const error = asError(thrown);
    this.failures.push({ step, error });
    try {
      console.error(`${step}:`, error);
    } catch {
      // An error that cannot be printed is in the report.
    }
  }
}

/** `Object.create(null)`, as some parsers and drivers throw it, is no text; a proxy that was revoked cannot even be asked what it is. */
function asError(thrown: unknown): Error {
  try {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  } catch {
    return new Error('something that is no error and no text');
  }
}
