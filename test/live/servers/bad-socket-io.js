// Socket.IO as people write it: its own defaults for the heartbeat, no flag, and on the stop signal what its documentation offers.
const { createServer } = require('node:http');
const { Server } = require('socket.io');

const fault = process.argv[2];
const http = createServer((_request, response) => response.writeHead(200).end());
const io = new Server(http);
process.on('SIGTERM', () => {
  if (fault === 'close') io.close(() => process.exit(0));
  else io.disconnectSockets(true);
});
http.listen(Number(process.env.PORT));
