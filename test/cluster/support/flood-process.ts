/** More WebSockets than a proxy takes, for some seconds: `node flood-process.ts URL SECONDS CONNECTIONS`. Says how they were answered. */
import { connect } from 'node:net';

const [target = '', seconds = '10', connections = '1000'] = process.argv.slice(2);
const { hostname, port, pathname, search } = new URL(target);
const end = Date.now() + Number(seconds) * 1000;
const answers: Record<string, number> = {};
const CONNECTIONS = Number(connections);
/** What a refusal asks for: `Retry-After`. */
const AGAIN_MS = 5000;
const HANDSHAKE = [
  `GET ${pathname}${search} HTTP/1.1`,
  'Host: flood',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');

function open(): void {
  if (Date.now() > end) return;
  const socket = connect(Number(port), hostname);
  const note = (answer: string) => {
    answers[answer] = (answers[answer] ?? 0) + 1;
  };
  socket.on('connect', () => socket.write(HANDSHAKE));
  socket.once('data', (data) => note(data.toString('latin1').slice(9, 12)));
  socket.on('error', () => note('failed'));
  // Whoever is turned away comes again.
  socket.on('close', () => setTimeout(open, AGAIN_MS));
  setTimeout(() => socket.destroy(), Math.max(0, end - Date.now()));
}

// 2,000 a second.
let opened = 0;
const timer = setInterval(() => {
  for (let i = 0; i < 100 && opened < CONNECTIONS; i += 1, opened += 1) open();
  if (opened >= CONNECTIONS) clearInterval(timer);
}, 50);
setTimeout(
  () => {
    process.stdout.write(JSON.stringify(answers));
    process.exit();
  },
  Number(seconds) * 1000 + 1000,
);
