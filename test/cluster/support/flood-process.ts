/** More connections and requests than a proxy takes, for some seconds: `node flood-process.ts URL SECONDS`. Says how it was answered. */
import { connect } from 'node:net';

const [target = '', seconds = '10'] = process.argv.slice(2);
const { hostname, port, pathname } = new URL(target);
const end = Date.now() + Number(seconds) * 1000;
const answers: Record<string, number> = {};
/** More than an nginx of the manifests has places for, and within what one process may open. */
const CONNECTIONS = 6000;

function open(): void {
  if (Date.now() > end) return;
  const socket = connect(Number(port), hostname);
  const note = (answer: string) => {
    answers[answer] = (answers[answer] ?? 0) + 1;
  };
  socket.on('connect', () => socket.write(`GET ${pathname} HTTP/1.1\r\nHost: flood\r\n\r\n`));
  socket.once('data', (data) => note(data.toString('latin1').slice(9, 12)));
  socket.on('error', () => note('failed'));
  // Whoever is turned away comes again, a little later.
  socket.on('close', () => setTimeout(open, 500));
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
