// What people write: a heartbeat that never comes, a flag that nobody reads or that is believed for ever, everybody cut at once.
const { existsSync, statSync } = require('node:fs');
const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');

const fault = process.argv[2];
const flagIsUp = () => existsSync(process.env.DRAIN_FLAG);
// On a machine with much to do: everything that a flag asks for, half a second after it is up.
const heard = () => fault === 'late' && flagIsUp() && Date.now() - statSync(process.env.DRAIN_FLAG).mtimeMs > 500;
const SENT_AWAY = { Connection: 'close', 'Retry-After': '5' };
// Everything about the flag but the time after which clients are to come back.
const silent = () => fault === 'retry-after' && flagIsUp();
const http = createServer((_request, response) => {
  if (silent()) return response.writeHead(503, { Connection: 'close' }).end();
  if (heard()) return response.writeHead(503, SENT_AWAY).end();
  const refused = fault === 'ready' || (fault === 'one-life' && flagIsUp());
  response.writeHead(refused ? 503 : 200).end();
});
new WebSocketServer({
  server: http,
  verifyClient: (_client, done) => done(!silent() && !heard(), 503, undefined, heard() ? SENT_AWAY : {}),
});
process.on('SIGTERM', () => {
  if (fault === 'exit') return;
  process.exit(0);
});
http.listen(Number(process.env.PORT));
