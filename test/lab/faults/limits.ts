import { ask, expectTrue, type Fault, POLLING } from '../fault';
import { haproxyFront, nginxFront } from '../parts/fronts';

const io = (url: string) => `${url}/socket.io/`;

async function post(url: string, bytes: number): Promise<number> {
  const sid = /"sid":"([^"]+)"/.exec((await ask(url, POLLING)).body)?.[1];
  return (await ask(url, `${POLLING}&sid=${sid}`, { method: 'POST', body: '6'.padEnd(bytes, 'x') })).status;
}

/** Ceilings of sizes, numbers and rates. */
export const LIMIT: readonly Fault[] = [
  {
    name: 'body-limit-nginx',
    injects: 'client_max_body_size 1k',
    causes: ['WS535'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await nginxFront(lab, ports, { server: 'client_max_body_size 1k;' });
      return { url: io(url), verify: async () => expectTrue((await post(url, 5000)) === 413, 'it is let in') };
    },
  },
  {
    name: 'body-limit-server',
    injects: 'maxHttpBufferSize 1000',
    causes: ['WS535'],
    async start(lab) {
      const { ports } = await lab.servers(2, { maxHttpBufferSize: 1000 });
      const { url } = await nginxFront(lab, ports);
      return { url: io(url), verify: async () => expectTrue((await post(url, 5000)) === 413, 'it is let in') };
    },
  },
  {
    name: 'worker-connections',
    injects: 'worker_connections 30, which is fifteen clients',
    causes: ['WS534'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const front = await nginxFront(lab, ports, { events: 'worker_connections 30;' });
      return {
        url: io(front.url),
        after: () => expectTrue(front.log().includes('worker_connections are not enough'), 'the ceiling was not met'),
      };
    },
  },
  {
    name: 'maxconn-haproxy',
    injects: 'HAProxy lets fourteen connections through to a server',
    causes: ['WS534'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const front = await haproxyFront(lab, ports, { each: 'maxconn 14', backend: '  timeout queue 300ms' });
      return { url: io(front.url) };
    },
  },
  {
    name: 'rate-limit-nginx',
    injects: 'limit_req of six a second',
    causes: ['WS548'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const front = await nginxFront(lab, ports, {
        http: 'limit_req_zone $binary_remote_addr zone=r:1m rate=20r/s;',
        location: 'limit_req zone=r burst=2 nodelay;',
      });
      return {
        url: io(front.url),
        after: () => expectTrue(front.log().includes('limiting requests'), 'nothing was limited'),
      };
    },
  },
  {
    name: 'rate-limit-429',
    injects: 'HAProxy answers 429 above ten handshakes a second',
    causes: ['WS548'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const front = await haproxyFront(lab, ports, {
        frontend:
          '  stick-table type ip size 1k expire 10s store http_req_rate(1s)\n  http-request track-sc0 src\n  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 18 }',
      });
      return {
        url: io(front.url),
        verify: async () => {
          const all = await Promise.all(Array.from({ length: 40 }, () => ask(front.url, '/health')));
          expectTrue(
            all.some(({ status }) => status === 429),
            'nothing was limited',
          );
          await new Promise((done) => setTimeout(done, 1500));
        },
      };
    },
  },
];
