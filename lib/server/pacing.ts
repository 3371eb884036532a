/** How often it is looked who is there, in milliseconds: nobody waits for an empty window. */
const LONGEST_PAUSE_MS = 100;

export interface PacedClosing<T> {
  /** The window over which everything is closed, in milliseconds. 0 closes all at once. */
  readonly windowMs: number;
  /** What is open and was not asked to close. Asked again and again: what joins in the meantime gets its share of the time that is left. */
  readonly open: () => Iterable<T>;
  readonly close: (item: T) => void;
  /** When it says no, the rest of the window is not waited for. @default - the window is waited for */
  readonly anyLeft?: () => boolean;
  /** From 0 to 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Closes everything that is open in random order, evenly over the window, and ends at its end: by then what the last one had to flush is
 * out. Each has its turn in the middle of its own share of the time. Of those that join later, each gets a share of the time that is left.
 * A timer that comes late catches up. Random, so that clients that connected together are not sent away together.
 */
export async function closePaced<T>(closing: PacedClosing<T>): Promise<void> {
  const { windowMs, open, close, anyLeft = () => true, random = Math.random } = closing;
  const began = performance.now();
  let waiting: T[] = [];
  let lookAt = 0;
  let due = Number.POSITIVE_INFINITY;
  for (;;) {
    const elapsed = performance.now() - began;
    const over = elapsed >= windowMs;
    if (elapsed >= lookAt || over) {
      const before = waiting.length;
      waiting = [...open()];
      lookAt = elapsed + LONGEST_PAUSE_MS;
      // Never later than planned, or a steady trickle of arrivals would put the next turn off for ever.
      if (waiting.length > before) due = Math.min(due, elapsed + (windowMs - elapsed) / (2 * waiting.length));
    }
    while (waiting.length > 0 && (due <= elapsed || over)) {
      close(takeRandom(waiting, random));
      // From the middle of one share to the middle of the next.
      due += (windowMs - due) / (waiting.length + 0.5);
    }
    if (waiting.length === 0) due = Number.POSITIVE_INFINITY;
    if (over || !anyLeft()) return;
    const next = Math.min(due, windowMs, lookAt) - elapsed;
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, next)));
  }
}

/** Takes one item out, each with the same chance. */
function takeRandom<T>(items: T[], random: () => number): T {
  const index = Math.floor(random() * items.length);
  const taken = items[index] as T;
  items[index] = items[items.length - 1] as T;
  items.pop();
  return taken;
}
