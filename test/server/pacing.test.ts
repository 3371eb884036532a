import fc from 'fast-check';
import { closePaced, dueBy, shuffled } from '../../lib/server';

const counts = fc.integer({ min: 0, max: 5000 });
const windows = fc.integer({ min: 1, max: 600_000 });

describe('the closings due', () => {
  it('are none at the beginning, all at the end, and never fewer than a moment before', () => {
    fc.assert(
      fc.property(counts, windows, fc.array(fc.double({ min: 0, max: 1.2, noNaN: true })), (count, window, parts) => {
        const moments = parts.sort((a, b) => a - b).map((part) => dueBy(part * window, window, count));
        expect(moments).toEqual([...moments].sort((a, b) => a - b));
        expect(dueBy(0, window, count)).toBe(0);
        expect(dueBy(window, window, count)).toBe(count);
      }),
    );
  });

  it('stay within one of an even spread', () => {
    fc.assert(
      fc.property(counts, windows, fc.double({ min: 0, max: 1, noNaN: true }), (count, window, part) => {
        expect(Math.abs(dueBy(part * window, window, count) - part * count)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('are all of them at once without a window', () => {
    expect(dueBy(0, 0, 7)).toBe(7);
  });
});

describe('shuffled', () => {
  it('keeps every item, once, and leaves the list alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (items) => {
        const before = [...items];
        const order = shuffled(items);
        expect([...order].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
        expect(items).toEqual(before);
      }),
    );
  });

  it('gives every item the same chance of every place', () => {
    const first = new Map<string, number>();
    for (let i = 0; i < 3000; i += 1) {
      const [item = ''] = shuffled(['a', 'b', 'c']);
      first.set(item, (first.get(item) ?? 0) + 1);
    }
    // A third each; 200 is more than seven standard deviations.
    for (const times of first.values()) expect(Math.abs(times - 1000)).toBeLessThan(200);
  });
});

describe('closing paced', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('visits each item in its own share of the window and ends with the window', async () => {
    const items = Array.from({ length: 10 }, (_, index) => index);
    const began = performance.now();
    const visits: number[] = [];
    let ended: number | undefined;
    void closePaced(items, 10_000, () => visits.push(performance.now() - began)).then(() => {
      ended = performance.now() - began;
    });
    await jest.advanceTimersByTimeAsync(9990);
    expect(visits).toHaveLength(10);
    visits.forEach((at, index) => {
      expect(Math.abs(at - (index + 0.5) * 1000)).toBeLessThanOrEqual(1);
    });
    expect(ended).toBeUndefined();
    await jest.advanceTimersByTimeAsync(20);
    expect(ended).toBeGreaterThanOrEqual(10_000);
  });

  it('catches up when the process was held up', async () => {
    const visited: number[] = [];
    void closePaced([0, 1, 2, 3], 4000, (item) => visited.push(item));
    await jest.advanceTimersByTimeAsync(10);
    // Time passes, and no timer gets its turn.
    jest.setSystemTime(Date.now() + 3000);
    const late = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 3000);
    await jest.advanceTimersByTimeAsync(100);
    expect(visited).toEqual([0, 1, 2]);
    late.mockRestore();
    await jest.advanceTimersByTimeAsync(5000);
    expect(visited).toEqual([0, 1, 2, 3]);
  });

  it('does not wait for the rest of the window when nobody is left', async () => {
    const done = jest.fn();
    let left = 3;
    void closePaced(
      ['a', 'b', 'c'],
      60_000,
      () => {},
      () => left > 0,
    ).then(done);
    await jest.advanceTimersByTimeAsync(1000);
    expect(done).not.toHaveBeenCalled();
    left = 0;
    await jest.advanceTimersByTimeAsync(200);
    expect(done).toHaveBeenCalled();
  });
});
