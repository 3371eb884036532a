import { idleRule } from '../patterns/idle-rule';

export const ws119 = idleRule({
  code: 'WS119',
  level: 'error',
  title: 'nginx waits longer than the longest silence of a healthy connection',
  story:
    'The proxy in the pod closes quiet connections, and long polls end with 504. The application’s log shows a transport error and nothing else.',
  why: 'proxy_read_timeout is the time between two reads from the application, 60 s by default; a healthy connection can be silent for pingInterval + pingTimeout.',
  fix: 'Set proxy_read_timeout in the Socket.IO location to pingInterval + pingTimeout + margin.',
  source: 'https://nginx.org/en/docs/http/websocket.html',
  judges: (kind) => kind === 'nginx',
});
