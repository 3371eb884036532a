import { ask, expectTrue, type Fault, SOCKET } from '../fault';
import { haproxyFront, nginxFront } from '../parts/fronts';
import { opensAtMost, refusesBody } from '../proofs';

const io = (url: string) => `${url}/socket.io/`;

/** Ceilings of sizes, numbers and rates. */
export const LIMIT: readonly Fault[] = [
  {
    name: 'body-limit-nginx',
    injects: 'client_max_body_size 1k',
    causes: ['WS535'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await nginxFront(lab, ports, { server: 'client_max_body_size 1k;' });
      return { url: io(url), verify: () => refusesBody(url) };
    },
  },
  {
    name: 'body-limit-server',
    injects: 'maxHttpBufferSize 1000',
    causes: ['WS535'],
    async start(lab) {
      const { ports } = await lab.servers(2, { maxHttpBufferSize: 1000 });
      const { url } = await nginxFront(lab, ports);
      return { url: io(url), verify: () => refusesBody(url) };
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
      return { url: io(front.url), verify: () => opensAtMost(front.url + SOCKET, 14) };
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
