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
    /which is no time/,
  );
});

test('is text that any reader of XML takes', () => {
  const svg = timelineSvg(timing, { title: 'a < b & c' });
  expect(svg).toContain('a &lt; b &amp; c');
  const open = [...svg.matchAll(/<([a-z]+)\b[^>]*?(\/?)>/g)].filter((m) => m[2] === '').length;
  expect([...svg.matchAll(/<\/[a-z]+>/g)].length).toBe(open);
});
