import type { Fault } from '../fault';
import { wait } from '../lab';
import { balancer } from '../parts/balancer';
import { haproxyFront, nginxFront } from '../parts/fronts';

const io = (url: string) => `${url}/socket.io/`;

/** Systems in which nothing is wrong, some of them in a way that looks like it. */
export const HEALTHY: readonly Fault[] = [
  {
    name: 'healthy-nginx',
    injects: 'nothing: nginx with affinity by address before three servers',
    causes: [],
    async start(lab) {
      const { ports } = await lab.servers(3);
      return { url: io((await nginxFront(lab, ports)).url) };
    },
  },
  {
    name: 'healthy-cookie',
    injects: 'nothing: HAProxy with affinity by cookie before three servers',
    causes: [],
    async start(lab) {
      const { ports } = await lab.servers(3);
      return { url: io((await haproxyFront(lab, ports)).url) };
    },
  },
  {
    name: 'healthy-tls',
    injects: 'nothing: nginx with TLS and HTTP/2',
    causes: [],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { pem, ca } = lab.certificate();
      return { url: io((await nginxFront(lab, ports, { tls: { pem, http2: true } })).url), options: { ca } };
    },
  },
  {
    name: 'healthy-ws',
    injects: 'nothing: plain ws servers behind HAProxy',
    causes: [],
    async start(lab) {
      const { ports } = await lab.servers(2, { kind: 'ws' });
      const { port } = await haproxyFront(lab, ports, { cookie: false });
      return { url: `ws://localhost:${port}/ws`, budgetSeconds: 18 };
    },
  },
  {
    name: 'healthy-slow',
    injects: 'nothing but distance: 150 ms each way',
    causes: [],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { port } = await haproxyFront(lab, ports);
      const far = await balancer(lab, [port], { delayMs: 150 });
      return { url: io(`http://127.0.0.1:${far.port}`) };
    },
  },
  {
    name: 'healthy-lossy',
    injects: 'nothing but lost packets: 40 ms each way, and one chunk in thirty is late by 350 ms',
    causes: [],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { port } = await haproxyFront(lab, ports);
      const lossy = await balancer(lab, [port], { delayMs: 40, loss: { share: 0.03, ms: 350 } });
      return { url: io(`http://127.0.0.1:${lossy.port}`) };
    },
  },
  {
    name: 'healthy-rollout',
    injects: 'nothing: the servers close their connections one after the other',
    causes: [],
    async start(lab) {
      const servers = await lab.servers(2);
      const { url } = await haproxyFront(lab, servers.ports);
      return {
        url: io(url),
        async during() {
          await wait(1500);
          await servers.order({ do: 'paced', ms: 7000 });
        },
      };
    },
  },
];
