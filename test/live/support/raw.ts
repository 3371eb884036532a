import { connect, type Socket } from 'node:net';

/** Connects to Socket.IO over WebSocket, joins the main namespace, and then stops reading for good. */
export function deafClient(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const tcp = connect(port, '127.0.0.1', () => tcp.write(upgradeRequest()));
    tcp.on('error', reject);
    let seen = '';
    tcp.on('data', (data) => {
      seen += data.toString('latin1');
      if (seen.includes('40{"sid"')) {
        tcp.pause();
        resolve(tcp);
      } else if (seen.includes('0{"sid"') && !tcp.destroyed) {
        tcp.write(textFrame('40'));
      }
    });
  });
}

export function upgradeRequest(headers = ''): string {
  return (
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${headers}\r\n`
  );
}

/** A short text frame as a client sends it: masked, with a mask of zeros. */
export function textFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

/**
 * What a balancer does that keeps connections to its backends for longer than they are idle here: sends a request into one. The answer's
 * status; 502 is what the balancer would answer its client when the backend has closed the connection.
 */
export function statusAfterIdling(port: number, path: string, idleMs: number): Promise<number> {
  const request = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`;
  return new Promise((resolve) => {
    const statuses: number[] = [];
    const tcp = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => tcp.write(request));
    const end = (status: number) => {
      tcp.destroy();
      resolve(status);
    };
    tcp.on('data', (data) => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1];
      if (status === undefined) return;
      statuses.push(Number(status));
      if (statuses.length === 2) end(Number(status));
      // The balancer has not looked at the connection in the meantime: on a real network the two cross on the wire.
      else setTimeout(() => tcp.write(request), idleMs);
    });
    tcp.on('error', () => end(502));
    tcp.on('close', () => end(502));
    // Half-open: the backend said goodbye before the second request; nothing will answer it.
    tcp.on('end', () => setTimeout(() => end(502), idleMs));
  });
}
