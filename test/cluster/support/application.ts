/** The application of the images: the chat backend, with what the production manifests ask for and what the suites look at. */
import { hostname } from 'node:os';
import { startChat } from '../../../examples/chat-backend/server';
import { timingFromEnvironment } from '../../../lib/server';

const say = (what: object) => console.log(JSON.stringify({ at: Date.now(), ...what }));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => say({ step: signal }));
process.on('exit', (code) => say({ step: 'exit', code }));

/** What a suite lets it eat until it is out of memory. */
const eaten: Buffer[] = [];

const { PORT = '3000', NODE_ENV = 'production', CHAT_FOLDER = '/home/theia', DRAIN_FLAG } = process.env;

startChat({
  timing: timingFromEnvironment(),
  port: Number(PORT),
  name: hostname(),
  folder: CHAT_FOLDER,
  environment: NODE_ENV,
  ...(DRAIN_FLAG === undefined ? {} : { drainFlag: DRAIN_FLAG }),
}).then(({ http }) => {
  // The IDE answers at "/", where the production manifests probe it; the chat server has nothing there.
  const listeners = http.listeners('request') as ((request: unknown, response: unknown) => void)[];
  http.removeAllListeners('request');
  http.on('request', (request, response) => {
    if (request.url === '/') response.end('a page\n');
    else if (request.url === '/eat') setInterval(() => eaten.push(Buffer.alloc(16 << 20, 1)), 20);
    else for (const listener of listeners) listener.call(http, request, response);
  });
  say({ step: 'listens' });
});
