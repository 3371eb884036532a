// What people write: a heartbeat that never comes, a flag that nobody reads or that is believed for ever, everybody cut at once.
const { existsSync } = require('node:fs');
const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');

const fault = process.argv[2];
const flagIsUp = () => existsSync(process.env.DRAIN_FLAG);
// Everything about the flag but the time after which clients are to come back.
const silent = () => fault === 'retry-after' && flagIsUp();
const http = createServer((_request, response) => {
  if (silent()) return response.writeHead(503, { Connection: 'close' }).end();
  const refused = fault === 'ready' || (fault === 'one-life' && flagIsUp());
  response.writeHead(refused ? 503 : 200).end();
});
new WebSocketServer({ server: http, verifyClient: (_client, done) => done(!silent(), 503) });
process.on('SIGTERM', () => {
  if (fault === 'exit') return;
  process.exit(0);
});
http.listen(Number(process.env.PORT));
