/** One connection that stays open until somebody closes it. */
export interface LongConnection {
  /** Asks the other side to leave, in a way after which it may come back. */
  close(): void;
}

/** All long connections of one kind on a server, as a shutdown sees them. */
export interface LongConnections {
  /** Those that are open and were not asked to close: looked up each time, for some join while the shutdown runs. */
  open(): Iterable<LongConnection>;
  /** How many there are, those included that were asked to close and have not yet. */
  count(): number;
  /** Tells everybody, those that join later too. `failed` hears of it where that goes wrong; the others are told nevertheless. */
  notify(notice: ShutdownNotice, failed: (error: unknown) => void): void;
  /** Closes the server. Resolves when nothing of it is left. */
  close(): Promise<void>;
  /** Ends what is left without asking. */
  terminate(): void;
}

/** What clients hear before their connection is closed: Socket.IO's as the event `server_shutdown`. */
export interface ShutdownNotice {
  readonly reason: string;
  /** Always true: the client is to come back, and Socket.IO's client does so by itself. */
  readonly reconnect: true;
  /** Once its connection is closed, the client should be back within this time. */
  readonly delayMs: number;
}
