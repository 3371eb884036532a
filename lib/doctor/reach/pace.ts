/** At most this many requests a second, and this many sockets at once: looking must not be what breaks it. */
export const REQUESTS_PER_SECOND = 30;
export const SOCKETS = 40;

/** Lets requests pass one after the other at the permitted rate, and sockets up to the permitted number. */
export class Pace {
  private next = 0;
  private last: Promise<void> = Promise.resolve();
  private open = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly gapMs: number;
  private readonly now: () => number;

  constructor(perSecond = REQUESTS_PER_SECOND, now: () => number = () => performance.now()) {
    // Slower than permitted: what the way holds up for a tenth of a second still arrives in no second with more.
    this.gapMs = 1000 / (perSecond * 0.9);
    this.now = now;
  }

  /** Resolves when the next request may be sent, or the next connection opened. */
  turn(signal?: AbortSignal): Promise<void> {
    this.last = this.last.then(async () => {
      await pause(this.next - this.now(), signal);
      // From when it was given, not from when it was due: a process that stood still catches up on nothing.
      this.next = this.now() + this.gapMs;
    });
    return this.last;
  }

  /** Takes a socket; the returned function gives it back. */
  async socket(): Promise<() => void> {
    if (this.open >= SOCKETS) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.open += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.waiting.shift();
      if (next === undefined) this.open -= 1;
      else next();
    };
  }
}

/** Waits; ends early, without an error, when the run is stopped. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
