import type { View } from '../facts/view';
import type { Handshake } from '../reach/engine-io';
import type { Wire } from '../reach/wire';

/** What a probe works with. */
export interface Look {
  readonly wire: Wire;
  readonly quick: boolean;
  /** What has been seen so far. */
  readonly view: () => View;
  /** Seconds that are left. */
  readonly left: () => number;
  /** Says how far it is. */
  readonly progress: (text: string) => void;
}

/** One way of looking. It asks and writes down; it never judges. */
export interface Probe {
  readonly id: string;
  /** What it does, as one says it while it works. */
  readonly doing: string;
  readonly protocols: readonly ('socket.io' | 'websocket')[];
  /** Roughly how long it takes. */
  readonly seconds: (view: View) => number;
  /** Part of `--quick`. */
  readonly quick: boolean;
  /** Why it would be of no use now; `undefined` where it is. */
  readonly useless?: (view: View) => string | undefined;
  readonly run: (look: Look) => Promise<void>;
}

/** A handshake with the session's pseudonym, as it may be written down. */
export function written(open: Handshake | undefined, wire: Wire): Handshake | null {
  return open === undefined ? null : { ...open, sid: wire.redactor.name('sid', open.sid) };
}
