// What people write: a heartbeat that never comes, a flag that nobody reads or that is believed for ever, everybody cut at once.
const { existsSync } = require('node:fs');
const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');

const fault = process.argv[2];
const http = createServer((_request, response) => {
  const refused = fault === 'ready' || (fault === 'one-life' && existsSync(process.env.DRAIN_FLAG));
  response.writeHead(refused ? 503 : 200).end();
});
new WebSocketServer({ server: http });
process.on('SIGTERM', () => {
  if (fault === 'exit') return;
  process.exit(0);
});
http.listen(Number(process.env.PORT));
