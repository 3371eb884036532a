/** How many of `count` closings, spread evenly over `windowMs`, are due after `elapsedMs`: each in the middle of its own share. */
export function dueBy(elapsedMs: number, windowMs: number, count: number): number {
  if (windowMs <= 0 || elapsedMs >= windowMs) return count;
  return Math.min(count, Math.max(0, Math.floor((elapsedMs / windowMs) * count + 0.5)));
}

/** A copy in random order: clients that connected together are not sent away together. */
export function shuffled<T>(items: readonly T[], random: () => number = Math.random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}

/** How long a pause may be before it is asked whether anything is left, in milliseconds: nobody waits for an empty window. */
const LONGEST_PAUSE_MS = 100;

/**
 * Visits every item, evenly over the window, and ends at its end: by then what the last one had to flush is out.
 * A timer that comes late catches up.
 *
 * @param anyLeft asked before each pause; when it says no, the rest of the window is not waited for
 */
export async function closePaced<T>(
  items: readonly T[],
  windowMs: number,
  visit: (item: T) => void,
  anyLeft: () => boolean = () => true,
): Promise<void> {
  const began = performance.now();
  let visited = 0;
  for (;;) {
    const elapsed = performance.now() - began;
    for (const due = dueBy(elapsed, windowMs, items.length); visited < due; visited += 1) visit(items[visited] as T);
    if (elapsed >= windowMs || !anyLeft()) return;
    const next = visited < items.length ? ((visited + 0.5) / items.length) * windowMs : windowMs;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_PAUSE_MS, Math.max(1, next - elapsed))));
  }
}
