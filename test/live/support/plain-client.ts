import { type ClientOptions, WebSocket } from 'ws';

/** What a client of plain WebSockets hears. */
export interface PlainListener {
  onMessage(message: { readonly id: string }): void;
  onWelcome(pod: string): void;
  onClosed(code: number): void;
  onRefused(reason: string): void;
}

/**
 * A client of a plain WebSocket server with what Socket.IO's has built in: comes back, later each time, says how far it has read, and sends
 * a message again until the server has it.
 */
export class PlainClient {
  connected = false;
  private socket: WebSocket | undefined;
  private cursor: number | undefined;
  private attempts = 0;
  private readonly unanswered = new Map<string, { readonly text: string; readonly stored: () => void }>();

  constructor(
    private readonly url: string,
    /** What comes with every handshake: headers, or the address that it comes from. */
    private readonly options: Pick<ClientOptions, 'headers' | 'localAddress'>,
    /** Does the server say hello? Where it does not, a client is there when its handshake is answered. */
    private readonly welcomed: boolean,
    private readonly listener: PlainListener,
  ) {
    this.connect();
  }

  /** Resolves when the server has it. */
  send(message: { readonly id: string; readonly text: string }): Promise<void> {
    return new Promise((stored) => {
      this.unanswered.set(message.id, { text: message.text, stored });
      if (this.connected) this.socket?.send(JSON.stringify(message));
    });
  }

  /** What a network does. */
  cut(): void {
    this.socket?.terminate();
  }

  private connect(): void {
    const from = this.cursor === undefined ? '' : `?cursor=${this.cursor}`;
    const socket = new WebSocket(`${this.url.replace(/^http/, 'ws')}/ws${from}`, {
      ...this.options,
      handshakeTimeout: 10_000,
    });
    this.socket = socket;
    socket.on('open', () => {
      if (!this.welcomed) this.begin('');
    });
    socket.on('message', (data) => this.hear(JSON.parse(data.toString())));
    socket.on('error', (error) => {
      if (!this.connected) this.listener.onRefused(error.message);
    });
    socket.on('close', (code) => {
      if (this.connected) this.listener.onClosed(code);
      this.connected = false;
      const longest = Math.min(1000 * 2 ** this.attempts, 10_000);
      this.attempts += 1;
      setTimeout(() => this.connect(), longest * (0.5 + Math.random()));
    });
  }

  private begin(pod: string): void {
    this.connected = true;
    this.attempts = 0;
    this.listener.onWelcome(pod);
    for (const [id, { text }] of this.unanswered) this.socket?.send(JSON.stringify({ id, text }));
  }

  private hear(heard: {
    readonly welcome?: { readonly pod: string; readonly cursor: number };
    readonly message?: { readonly id: string; readonly cursor: number };
    readonly stored?: string;
  }): void {
    if (heard.welcome !== undefined) {
      this.cursor = heard.welcome.cursor;
      this.begin(heard.welcome.pod);
    }
    if (heard.message !== undefined && !(this.cursor !== undefined && heard.message.cursor <= this.cursor)) {
      this.cursor = heard.message.cursor;
      this.listener.onMessage(heard.message);
    }
    if (heard.stored !== undefined) {
      this.unanswered.get(heard.stored)?.stored();
      this.unanswered.delete(heard.stored);
    }
  }
}
