import * as fs from 'node:fs';
import * as path from 'node:path';
import { diagnose, type Evidence, parseRecording, type Recording } from '../../lib/doctor';
import type { IdleSeen, SelfSeen } from '../../lib/doctor/facts/view';

/** A healthy system, as it was recorded in the lab; what the machine that looks, or a pod, does to it is put in afterwards. */
const HEALTHY = parseRecording(fs.readFileSync(path.join(__dirname, 'evidence', 'healthy-cookie.jsonl'), 'utf8'));

const named = (recording: Recording): readonly string[] => diagnose(recording).named.map(({ cause }) => cause.code);

function changed(change: (one: Evidence) => Evidence): Recording {
  return { ...HEALTHY, evidence: HEALTHY.evidence.map(change) };
}

const idle = (
  one: Evidence,
  change: (seen: IdleSeen, request: { socket: number; chatty: boolean }) => Partial<IdleSeen>,
) =>
  ({
    ...one,
    answer: { ...(one.answer as object), ...change(one.answer as never, one.request as never) },
  }) as unknown as Evidence;

/** This machine does nothing for a while: whatever comes meanwhile is read at its end. */
function stalled(lateMs: number, awakeMs: number | undefined, known = true): Recording {
  const [from, to] = [5500, 5600 + lateMs];
  const read = (at: number) => (at > from && at < to ? to : at);
  const self: SelfSeen = {
    longestMs: known ? lateMs : 20,
    pauses: known ? [awakeMs === undefined ? [from, lateMs] : [from, lateMs, awakeMs]] : [],
  };
  return changed((one) => {
    if (one.probe === 'self') return { ...one, answer: self } as unknown as Evidence;
    if (one.probe === 'trickle') return { ...one, took: read(one.at + one.took) - one.at };
    if (one.probe === 'idle')
      return idle(one, ({ pings, pongs, heard, spoke }) => ({
        pings: pings.map(read),
        pongs: pongs.map(read),
        heard: read(heard),
        spoke: read(spoke),
      }));
    return one;
  });
}

describe('The machine that looks', () => {
  test('slept, where its process neither ran nor waited', () => {
    expect(named(stalled(3000, 4))).toEqual(['WS522']);
    // Evidence that was saved before this was known.
    expect(named(stalled(3000, undefined))).toEqual(['WS522']);
  });

  test('was too busy, where it waited for a processor: nothing is named, and that is said', () => {
    const diagnosis = diagnose(stalled(3000, 2900));
    expect(diagnosis.named).toEqual([]);
    const about = diagnosis.observations.filter(({ id }) =>
      ['doctor-slept', 'pings-late', 'answers-stall'].includes(id),
    );
    expect(about.map(({ outcome }) => outcome)).toEqual(about.map(() => 'unclear'));
    expect(about.find(({ id }) => id === 'doctor-slept')?.said).toBe(
      'it was too busy to watch for 3.0 s; look again from one that has time',
    );
  });

  test('was late for a moment: pings and answers that came meanwhile are not held against the server', () => {
    expect(named(stalled(1400, 1300))).toEqual([]);
    // The same seen by a machine that was awake is the server's.
    expect(named(stalled(1400, undefined, false))).not.toEqual([]);
  });
});

/** A server closes the sockets whose pongs come too late, those together that it pinged together; of this machine it is known that it was late again and again. */
function closedForLatePongs(pauseMs: number): Recording {
  const pauses = Array.from({ length: 10 }, (_, i) => [5500 + i * 800, pauseMs, pauseMs] as const);
  return changed((one) => {
    if (one.probe === 'self')
      return { ...one, took: 9000, answer: { longestMs: pauseMs, pauses } } as unknown as Evidence;
    if (one.probe !== 'idle') return one;
    return idle(one, (_seen, { socket }) =>
      socket % 3 === 0 ? { closing: { at: 9000 + socket, code: 1005, reason: '', by: 'frame' } } : {},
    );
  });
}

test('a machine that is behind for half of the time blames no server for closing who answers too late', () => {
  const busy = diagnose(closedForLatePongs(450));
  expect(busy.named).toEqual([]);
  expect(busy.observations.find(({ id }) => id === 'doctor-slept')?.said).toBe(
    'it was behind for 50 % of the time; look again from one that has time',
  );
  // The same seen by a machine that had time is the server's.
  expect(named(closedForLatePongs(10))).toEqual(['WS531']);
});

test('a pod that dies ends talkative sockets too: a silence that its quiet ones share by chance is no idle timeout', () => {
  const deaths = new Map([
    [0, 6000],
    [1, 7600],
  ]);
  const recording = changed((one) => {
    if (one.probe !== 'idle') return one;
    return idle(one, ({ pings, pongs }, { socket, chatty }) => {
      const death = deaths.get(socket % 3);
      if (death === undefined) return {};
      const at = death + socket;
      const heard = at - 900 - socket;
      return {
        pings: pings.filter((ping) => ping < heard),
        pongs: pongs.filter((pong) => pong < heard),
        heard,
        spoke: chatty ? at - 50 : heard,
        closing: { at, code: 1006, reason: '', by: 'end' },
      };
    });
  });
  expect(named(recording)).toEqual(['WS539']);
});
