// Socket.IO as people write it: its own defaults for the heartbeat, no flag, and on the stop signal what its documentation offers.
const { existsSync } = require('node:fs');
const { createServer } = require('node:http');
const { Server } = require('socket.io');

const fault = process.argv[2];
// The flag is for WebSockets alone, and whoever polls is let in.
const refuses = () => fault === 'polling' && existsSync(process.env.DRAIN_FLAG);
const http = createServer((_request, response) =>
  response.writeHead(refuses() ? 503 : 200, refuses() ? { Connection: 'close' } : {}).end(),
);
const io = new Server(http);
const { emit } = http;
http.emit = (event, ...values) => {
  if (event !== 'upgrade' || !refuses()) return emit.call(http, event, ...values);
  return values[1].end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\r\n');
};
process.on('SIGTERM', () => {
  if (fault === 'close') io.close(() => process.exit(0));
  else io.disconnectSockets(true);
});
http.listen(Number(process.env.PORT));
