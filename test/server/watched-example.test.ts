import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as prometheus from 'prom-client';
import { io as connect } from 'socket.io-client';
import { METRICS } from '../../lib/server';

// The registry of the whole process, which the next to load the example would find full.
afterEach(() => prometheus.register.clear());

test('the server of docs/observability.md tells every metric of the page, on the port of its metrics only', async () => {
  process.env.METRICS_PORT = '0';
  process.env.PORT = '0';
  const { http, io, scraped } =
    require('../../examples/watched/server') as typeof import('../../examples/watched/server');
  const port = (server: typeof http) => (server.address() as AddressInfo).port;
  if (!http.listening) await once(http, 'listening');
  const client = connect(`http://127.0.0.1:${port(http)}`, { transports: ['websocket'], reconnection: false });
  await once(client as never, 'connect');
  const read = async (server: typeof http) =>
    (await fetch(`http://127.0.0.1:${port(server)}/metrics`, { headers: { connection: 'close' } })).text();
  const told = await read(scraped);
  const open = await read(http);
  client.close();
  await io.close();
  scraped.close();
  expect(told).toMatch(/^ws_connections 1$/m);
  expect(told).toMatch(/^process_start_time_seconds \d/m);
  for (const { name } of Object.values(METRICS)) expect(told).toContain(`# TYPE ${name} `);
  expect(open).toBe('ok\n');
});
