import fc from 'fast-check';
import { closePaced } from '../../lib/server';

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  // Before the timers, whose clock it may have been put over.
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** Items that are open until they are closed, and when each was, in milliseconds after the beginning. */
function room(count = 0) {
  const open = new Set(Array.from({ length: count }, (_, index) => index));
  const closings: { readonly item: number; readonly at: number }[] = [];
  const began = performance.now();
  const close = (item: number) => {
    closings.push({ item, at: performance.now() - began });
    open.delete(item);
  };
  return { open, closings, close };
}

const moments = ({ closings }: ReturnType<typeof room>) => closings.map(({ at }) => at);

it('closes each in the middle of its own share of the window, and ends with the window', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 500, max: 20_000 }),
      async (count, windowMs) => {
        const people = room(count);
        const ended = jest.fn();
        void closePaced({ windowMs, open: () => people.open, close: people.close }).then(ended);
        await jest.advanceTimersByTimeAsync(windowMs - 2);
        expect(people.closings).toHaveLength(count);
        moments(people).forEach((at, index) => {
          expect(Math.abs(at - ((index + 0.5) * windowMs) / count)).toBeLessThanOrEqual(2);
        });
        expect(ended).not.toHaveBeenCalled();
        await jest.advanceTimersByTimeAsync(10);
        expect(ended).toHaveBeenCalled();
      },
    ),
    { numRuns: 30 },
  );
});

it('closes in an order in which everybody has the same chance of every place', async () => {
  const first = new Map<number, number>();
  for (let i = 0; i < 3000; i += 1) {
    const people = room(3);
    await closePaced({ windowMs: 0, open: () => people.open, close: people.close });
    const item = people.closings[0]?.item ?? -1;
    first.set(item, (first.get(item) ?? 0) + 1);
  }
  // A third each; 200 is more than seven standard deviations.
  expect([...first.keys()].sort()).toEqual([0, 1, 2]);
  for (const times of first.values()) expect(Math.abs(times - 1000)).toBeLessThan(200);
});

it('takes the order from the randomness it is given', async () => {
  const people = room(4);
  await closePaced({ windowMs: 0, open: () => people.open, close: people.close, random: () => 0.5 });
  expect(people.closings.map(({ item }) => item)).toEqual([2, 1, 3, 0]);
});

it('gives those that join later their shares of the time that is left', async () => {
  const people = room(6);
  void closePaced({ windowMs: 8000, open: () => people.open, close: people.close });
  await jest.advanceTimersByTimeAsync(1000);
  for (let item = 6; item < 53; item += 1) people.open.add(item);
  await jest.advanceTimersByTimeAsync(7500);
  expect(people.closings).toHaveLength(53);
  const late = moments(people).filter((at) => at > 1100);
  const gaps = late.slice(1).map((at, index) => at - (late[index] as number));
  // 52 in 7 s: one every 135 ms, none together.
  expect(Math.min(...gaps)).toBeGreaterThan(100);
  expect(Math.max(...gaps)).toBeLessThan(170);
});

it('does not let a trickle of arrivals put everybody off', async () => {
  const people = room(1);
  void closePaced({ windowMs: 10_000, open: () => people.open, close: people.close });
  for (let item = 1; item < 80; item += 1) {
    await jest.advanceTimersByTimeAsync(100);
    people.open.add(item);
  }
  // Eight of ten seconds are over.
  expect(people.closings.length).toBeGreaterThan(20);
  await jest.advanceTimersByTimeAsync(2500);
  expect(people.closings).toHaveLength(80);
});

it('spends no turn on those that left by themselves', async () => {
  const people = room(10);
  void closePaced({ windowMs: 10_000, open: () => people.open, close: people.close });
  await jest.advanceTimersByTimeAsync(1000);
  for (const item of [...people.open].slice(0, 8)) people.open.delete(item);
  await jest.advanceTimersByTimeAsync(9500);
  expect(people.closings).toHaveLength(2);
});

it('catches up when the process was held up', async () => {
  const people = room(4);
  void closePaced({ windowMs: 4000, open: () => people.open, close: people.close });
  await jest.advanceTimersByTimeAsync(10);
  // Time passes, and no timer gets its turn.
  const late = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 3000);
  await jest.advanceTimersByTimeAsync(100);
  expect(people.closings).toHaveLength(3);
  late.mockRestore();
  await jest.advanceTimersByTimeAsync(5000);
  expect(people.closings).toHaveLength(4);
});

it('does not wait for the rest of the window when nobody is left', async () => {
  const people = room(3);
  const done = jest.fn();
  void closePaced({
    windowMs: 60_000,
    open: () => people.open,
    close: people.close,
    anyLeft: () => people.open.size > 0,
  }).then(done);
  await jest.advanceTimersByTimeAsync(1000);
  expect(done).not.toHaveBeenCalled();
  people.open.clear();
  await jest.advanceTimersByTimeAsync(200);
  expect(done).toHaveBeenCalled();
});
