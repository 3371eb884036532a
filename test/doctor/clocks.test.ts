import { type Clock, explain, type Life } from '../../lib/doctor/facts/clocks';

/** Twenty-four sockets that were opened one after the other; every other four of them talk. */
function lives(end: (chatty: boolean, opened: number) => Partial<Life>): readonly Life[] {
  return Array.from({ length: 24 }, (_, socket) => {
    const chatty = Math.floor(socket / 4) % 2 === 1;
    const opened = socket / 3;
    const one = { ref: `e${socket}`, socket, chatty, pongDelay: 0, opened, code: 1006, dismissed: false };
    const life = {
      ended: 80,
      age: 80 - opened,
      silence: 1,
      serverSilence: 1,
      end: 'ours' as const,
      pings: [],
      pongs: [],
    };
    return { ...one, ...life, ...end(chatty, opened) };
  });
}

const cutAt = (age: number, opened: number, silence: number): Partial<Life> => ({
  ended: opened + age,
  age,
  silence,
  serverSilence: age,
  end: 'cut',
});

const clocks = (all: readonly Life[]): readonly Clock[] => explain(all).map(({ clock }) => clock);

test('sockets that end at one age although they talk have a lifetime', () => {
  expect(clocks(lives((chatty, opened) => cutAt(3, opened, chatty ? 0.4 : 3)))).toEqual(['age']);
});

test('sockets that end at one silence, while those that talk live on, have an idle timeout', () => {
  expect(clocks(lives((chatty, opened) => (chatty ? {} : cutAt(3, opened, 3))))).toEqual(['silence']);
});

test('where nobody talked before its end, neither is said: it may have been its age or its silence', () => {
  expect(clocks(lives((_chatty, opened) => cutAt(3, opened, 3)))).not.toContain('age');
});
