// The least a Socket.IO server can do, in a process of its own: what remains is the way there.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
new Server(http).on('connection', (socket) => socket.on('echo', (value, answer) => answer(value)));
http.listen(0, '127.0.0.1', () => process.send(http.address().port));
process.on('disconnect', () => process.exit());
