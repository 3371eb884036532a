import { Duration } from 'cdk8s';
import { deriveTiming, shutdownTimeline, timelineSvg } from '../../lib/timing';

const timing = deriveTiming();

test('shows every event with its seconds', () => {
  const svg = timelineSvg(timing);
  for (const { event, atSeconds } of shutdownTimeline(timing)) {
    expect(svg).toContain(event);
    expect(svg).toContain(`${atSeconds}`);
  }
  expect(svg).not.toContain('measured');
});

test('draws a mark where it was measured, at its place on the same axis', () => {
  const at = (seconds: number) =>
    Number(/<path d="M([\d.]+) /.exec(timelineSvg(timing, { measured: [{ event: 'SIGTERM', seconds }] }))?.[1]);
  // The circle of the prediction stands at 120 s.
  const circle = Number(/<circle cx="([\d.]+)"/.exec(timelineSvg(timing).split('SIGTERM')[1] ?? '')?.[1]);
  expect(at(120)).toBe(circle);
  expect(at(121)).toBeGreaterThan(circle);
  expect(at(60)).toBeLessThan(circle);
});

test('has room for what took longer than predicted', () => {
  const svg = timelineSvg(timing, { measured: [{ event: 'SIGTERM', seconds: 400 }] });
  expect(Number(/<path d="M([\d.]+) /.exec(svg)?.[1])).toBeLessThanOrEqual(900);
});

test('fails on what is no event, and on a time that is none', () => {
  expect(() => timelineSvg(timing, { measured: [{ event: 'lunch', seconds: 1 }] })).toThrow(/"lunch" is no event/);
  expect(() => timelineSvg(timing, { measured: [{ event: 'SIGTERM', seconds: Number.NaN }] })).toThrow(
    /is no time; give seconds/,
  );
});

test('is text that any reader of XML takes', () => {
  const svg = timelineSvg(timing, { title: 'a < b & c' });
  expect(svg).toContain('a &lt; b &amp; c');
  const open = [...svg.matchAll(/<([a-z]+)\b[^>]*?(\/?)>/g)].filter((m) => m[2] === '').length;
  expect([...svg.matchAll(/<\/[a-z]+>/g)].length).toBe(open);
});

describe('the picture', () => {
  /** The number of an attribute of an element. */
  const of = (element: string, name: string) => Number(new RegExp(`\\b${name}="(-?[\\d.]+)"`).exec(element)?.[1]);
  const all = (svg: string, name: string) =>
    [...svg.matchAll(new RegExp(`<${name}\\b[^>]*>`, 'g'))].map(([element]) => element);
  const slow = deriveTiming({ endpointDetach: Duration.seconds(3000), drain: Duration.seconds(500) });
  const fast = deriveTiming({ nodeShutdown: Duration.seconds(15) });

  test('is nothing but elements, one a line, and ends with a line break', () => {
    const lines = timelineSvg(timing).split('\n');
    expect(lines.pop()).toBe('');
    for (const line of lines) expect(line).toMatch(/^<.*>$/);
  });

  test.each([
    ['the default', timing],
    ['a slow pod', slow],
    ['a node that is taken back', fast],
  ])('of %s holds everything that it draws, at the length of its time', (_name, drawn) => {
    const svg = timelineSvg(drawn, { measured: [{ event: 'SIGTERM', seconds: drawn.preStopSeconds + 1 }] });
    const [, , width, height] = /viewBox="0 0 ((\d+) (\d+))"/.exec(svg)?.map(Number) ?? [];
    const end = Math.max(...shutdownTimeline(drawn).map(({ untilSeconds }) => untilSeconds));
    const scale = ((width as number) - 48) / end;

    // Bars: one for each event that lasts, in order, as long as it does.
    const lasting = shutdownTimeline(drawn).filter((e) => e.untilSeconds > e.atSeconds);
    const bars = all(svg, 'rect').slice(1);
    expect(bars).toHaveLength(lasting.length);
    bars.forEach((bar, i) => {
      const { atSeconds, untilSeconds } = lasting[i] as (typeof lasting)[number];
      expect(of(bar, 'x')).toBeCloseTo(24 + atSeconds * scale, 0);
      expect(of(bar, 'width')).toBeCloseTo((untilSeconds - atSeconds) * scale, 0);
    });
    const moments = shutdownTimeline(drawn).filter((e) => e.untilSeconds === e.atSeconds);
    const circles = all(svg, 'circle');
    expect(circles.map((one) => Math.round(of(one, 'cx')))).toEqual(
      moments.map(({ atSeconds }) => Math.round(24 + atSeconds * scale)),
    );

    // Rows: from top to bottom, without overlap, above the axis.
    const labels = [...svg.matchAll(/<text[^>]*><tspan.*?<\/text>/g)].map(([element]) => element);
    const rows = labels.map((one) => of(one, 'y'));
    expect(rows).toHaveLength(shutdownTimeline(drawn).length);
    rows.slice(1).forEach((y, i) => {
      expect(y - (rows[i] as number)).toBeGreaterThanOrEqual(30);
    });
    const marks = [...bars.map((bar) => of(bar, 'y')), ...circles.map((one) => of(one, 'cy'))].sort((a, b) => a - b);
    marks.forEach((y, i) => {
      expect(y).toBeGreaterThan(rows[i] as number);
      expect(y).toBeLessThan((rows[i] as number) + 20);
    });
    const lines = all(svg, 'line');
    for (const line of lines) {
      expect(of(line, 'x1')).toBe(of(line, 'x2'));
      expect(of(line, 'y1')).toBeLessThan(Math.min(...rows));
      expect(of(line, 'y2')).toBeGreaterThan(Math.max(...marks));
      expect(of(line, 'y2')).toBeLessThan(height as number);
    }

    // The axis: a few round numbers from 0 to the end, at their place, below all rows.
    const ticks = [...svg.matchAll(/<text x="([\d.]+)" y="(\d+)" text-anchor="middle"[^>]*>(\d+) s</g)];
    expect(ticks.length).toBe(lines.length);
    expect(ticks.length).toBeGreaterThanOrEqual(4);
    expect(ticks.length).toBeLessThanOrEqual(10);
    const [first, second] = ticks.map((tick) => Number(tick[3]));
    expect(first).toBe(0);
    expect([1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1800, 3600]).toContain(second);
    ticks.forEach((tick, i) => {
      expect(Number(tick[3])).toBe(i * (second as number));
      expect(Number(tick[1])).toBeCloseTo(24 + Number(tick[3]) * scale, 0);
      expect(Number(tick[2])).toBeGreaterThan(of(lines[0] as string, 'y2'));
      expect(Number(tick[2])).toBeLessThanOrEqual(height as number);
    });
    expect(ticks.length * (second as number)).toBeGreaterThan(end);

    // Labels: within the picture, at their bar where there is room.
    for (const label of labels) {
      const length = label.replace(/<[^>]*>/g, '').length * 6.4;
      const left = label.includes('text-anchor="end"') ? of(label, 'x') - length : of(label, 'x');
      expect(left).toBeGreaterThanOrEqual(24 - 0.1);
      if (length <= 852) expect(left + length).toBeLessThanOrEqual(876 + 0.1);
    }

    // The mark: below the row that it was measured for, and nowhere else.
    const [mark, ...others] = all(svg, 'path').map(
      (path) => /d="M([\d.]+) ([\d.]+)l/.exec(path)?.map(Number) as number[],
    );
    const stop = shutdownTimeline(drawn).findIndex(({ event }) => event === 'SIGTERM');
    expect(others).toEqual([]);
    expect(mark?.[2]).toBeGreaterThan(marks[stop] as number);
    expect(mark?.[2]).toBeLessThan(rows[stop + 1] as number);
  });

  test('names a row where it begins when there is room, else where it ends', () => {
    const places = [
      ...timelineSvg(timing).matchAll(/<text x="([\d.]+)"( text-anchor="end")? y="\d+" fill="#111827"><tspan/g),
    ];
    const events = shutdownTimeline(timing);
    const begins = (i: number) => Math.round(24 + ((events[i]?.atSeconds ?? 0) / 210) * 852);
    const ends = (i: number) => Math.round(24 + ((events[i]?.untilSeconds ?? 0) / 210) * 852);
    const at = (i: number) => [Math.round(Number(places[i]?.[1])), places[i]?.[2] !== undefined];
    expect(at(0)).toEqual([begins(0), false]);
    expect(at(4)).toEqual([begins(4), false]);
    expect(at(8)).toEqual([ends(8), true]);
    expect(at(3)).toEqual([ends(3), true]);
  });

  test('has a colour for each actor', () => {
    const colours = [...timelineSvg(timing).matchAll(/<tspan font-weight="600" fill="(#[0-9a-f]{6})">(\w+)</g)];
    expect(colours).toHaveLength(9);
    const byActor = new Map(colours.map(([, colour, actor]) => [actor, colour]));
    expect(new Set(byActor.values()).size).toBe(5);
  });

  test('says what its marks are, only where there are some', () => {
    const legend = 'triangles: measured';
    expect(timelineSvg(timing)).not.toContain(legend);
    expect(timelineSvg(timing, { measured: [{ event: 'SIGTERM', seconds: 1 }] })).toContain(legend);
  });

  test('fails with the events that there are', () => {
    expect(() => timelineSvg(timing, { measured: [{ event: 'lunch', seconds: 1 }] })).toThrow(
      /it has "deleted; .*", "SIGTERM"/,
    );
  });
});
