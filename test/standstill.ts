/** How often this process looks at its clock, and what is late without a reason. */
const LOOK_MS = 20;
const LATE_MS = 30;

/** From when to when, in milliseconds since the epoch. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

const gaps: Gap[] = [];
let looked = Date.now();
let waiting: { left: number; readonly over: () => void }[] = [];

const clock = setInterval(() => {
  note();
  for (const one of waiting) one.left -= LOOK_MS;
  for (const { over } of waiting.filter(({ left }) => left <= 0)) over();
  waiting = waiting.filter(({ left }) => left > 0);
}, LOOK_MS);
clock.unref();
// In Jest each test file has a clock of its own; a process of clients has one until it ends.
if (typeof afterAll === 'function') afterAll(() => clearInterval(clock));

function note(): void {
  const now = Date.now();
  if (now - looked > LOOK_MS + LATE_MS) gaps.push({ from: looked + LOOK_MS, to: now });
  looked = now;
}

/** When this process stood still, since this was imported. */
export function standstills(): readonly Gap[] {
  note();
  return [...gaps];
}

/**
 * For how long of a time a process stood still, in milliseconds: by default this one. A machine that has no processor for it has none for whom it watches
 * either, and what came meanwhile was seen at the end: bounds on what others took are on what is left.
 */
export function stoodStillMs(from: number, to = Date.now(), still = standstills()): number {
  return still.reduce((sum, gap) => sum + Math.max(0, Math.min(to, gap.to) - Math.max(from, gap.from)), 0);
}

/** The longest of these times within a time. */
export function longestStandstillMs(from: number, to = Date.now()): number {
  return Math.max(0, ...standstills().map((gap) => stoodStillMs(from, to, [gap])));
}

/** Measures again where this process stood still for so long at a time meanwhile, whatever came of it, and so often at the most. */
export async function undisturbed<T>(stillMs: number, mostTimes: number, measure: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times += 1) {
    const began = Date.now();
    const measured = await measure();
    if (longestStandstillMs(began) < stillMs || times === mostTimes) return measured;
  }
}

/** How long something took, without the time in which this process stood still. */
export function tookMs(from: number, to = Date.now()): number {
  return to - from - stoodStillMs(from, to);
}

/** Resolves when this process has run for so long: where it stands still, nobody's patience ends. */
export function patience(milliseconds: number): Promise<void> {
  return new Promise((over) => {
    waiting.push({ left: milliseconds, over });
  });
}

/** Waits for a condition, for so long of the time in which this process runs; whether it came. */
export async function within(milliseconds: number, condition: () => boolean | Promise<boolean>): Promise<boolean> {
  let over = false;
  void patience(milliseconds).then(() => {
    over = true;
  });
  while (!(await condition())) {
    if (over) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}
