import { ask, expectTrue, type Fault, SOCKET } from '../fault';
import { BEAT, wait } from '../lab';
import { balancer } from '../parts/balancer';
import { haproxyFront, nginxFront, nginxInside } from '../parts/fronts';
import { cutsSilence } from '../proofs';

const io = (url: string) => `${url}/socket.io/`;

/** What ends sockets that stay. */
export const ENDS: readonly Fault[] = [
  {
    name: 'lifetime',
    injects: 'a balancer ends every connection after three seconds',
    causes: ['WS519'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const front = await balancer(lab, ports, { lifetimeMs: 3000 });
      return {
        url: io(`http://127.0.0.1:${front.port}`),
        after: () => expectTrue(front.ended() > 5, 'nothing was ended'),
      };
    },
  },
  {
    name: 'lifetime-behind-nginx',
    injects: 'nginx, and behind it a balancer that ends every connection after four and a half seconds',
    causes: ['WS519'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const middle = await balancer(lab, ports, { lifetimeMs: 4500 });
      const { url } = await nginxFront(lab, [middle.port]);
      return { url: io(url), after: () => expectTrue(middle.ended() > 5, 'nothing was ended') };
    },
  },
  {
    name: 'idle-timeout-nginx',
    injects: 'proxy_read_timeout 1s, below pingInterval 2 s',
    causes: ['WS520'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, { readTimeout: '1s' });
      return { url: io(url), verify: () => cutsSilence(url + SOCKET, BEAT.pingInterval) };
    },
  },
  {
    name: 'idle-timeout-far-below-heartbeat',
    injects: 'proxy_read_timeout 1s, a fifth of pingInterval 5 s',
    causes: ['WS520'],
    async start(lab) {
      const pingInterval = 5000;
      const { ports } = await lab.servers(2, { pingInterval });
      const { url } = await nginxFront(lab, ports, { readTimeout: '1s' });
      return { url: io(url), verify: () => cutsSilence(url + SOCKET, pingInterval) };
    },
  },
  {
    name: 'idle-timeout-haproxy',
    injects: 'timeout tunnel 1500ms, below pingInterval 2 s',
    causes: ['WS520'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await haproxyFront(lab, ports, { backend: '  timeout tunnel 1500ms' });
      return { url: io(url), verify: () => cutsSilence(url + SOCKET, BEAT.pingInterval) };
    },
  },
  {
    name: 'idle-timeout-balancer',
    injects: 'a balancer of layer 4 ends connections that are silent for 1.7 s',
    causes: ['WS520'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const front = await balancer(lab, ports, { idleMs: 1700 });
      return {
        url: io(`http://127.0.0.1:${front.port}`),
        after: () => expectTrue(front.ended() > 3, 'nothing was ended'),
      };
    },
  },
  {
    name: 'forgotten-connections',
    injects: 'a gateway forgets connections that are silent for 1.5 s, and tells nobody',
    causes: ['WS551'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const front = await balancer(lab, ports, { forgetMs: 1500 });
      return {
        url: io(`http://127.0.0.1:${front.port}`),
        after: () => expectTrue(front.ended() > 3, 'nothing was forgotten'),
      };
    },
  },
  {
    name: 'pod-killed',
    injects: 'one of three servers is killed, and started again',
    causes: ['WS524'],
    async start(lab) {
      const servers = await lab.separate(3);
      const ports = servers.flatMap((one) => one.ports);
      const { url } = await haproxyFront(lab, ports, { backend: '  option redispatch\n  retries 3' });
      let killed = false;
      return {
        url: io(url),
        async during() {
          await wait(4000);
          await servers[1]?.kill();
          killed = true;
          await wait(300);
          await lab.servers(1, {}, servers[1]?.ports);
        },
        after: () => expectTrue(killed, 'nobody was killed'),
      };
    },
  },
  {
    name: 'crash-loop',
    injects: 'one of three servers is killed again and again',
    causes: ['WS539'],
    async start(lab) {
      const servers = await lab.separate(3);
      const ports = servers.flatMap((one) => one.ports);
      const { url } = await haproxyFront(lab, ports, { backend: '  option redispatch\n  retries 3' });
      let killed = 0;
      return {
        url: io(url),
        async during() {
          await wait(3200);
          // The second dies while the first still starts, where starting takes long: both must fall into the watch.
          const again: Promise<unknown>[] = [];
          for (const server of [servers[0], servers[2]]) {
            await server?.kill();
            killed += 1;
            again.push(lab.servers(1, {}, server?.ports));
            await wait(1400);
          }
          await Promise.all(again);
        },
        after: () => expectTrue(killed === 2, 'nobody was killed'),
      };
    },
  },
  {
    name: 'stops-too-early',
    injects: 'a server ends at once while the front goes on sending to it for three seconds',
    causes: ['WS527'],
    async start(lab) {
      const servers = await lab.separate(3);
      const ports = servers.flatMap((one) => one.ports);
      const { url } = await haproxyFront(lab, ports, { backend: '  retries 0' });
      let stopped = false;
      return {
        url: io(url),
        async during() {
          await wait(3500);
          await Promise.all([servers[1]?.kill('SIGTERM'), servers[2]?.kill('SIGTERM')]);
          stopped = true;
          await wait(2500);
          await Promise.all([lab.servers(1, {}, servers[1]?.ports), lab.servers(1, {}, servers[2]?.ports)]);
        },
        after: () => expectTrue(stopped, 'nobody was stopped'),
      };
    },
  },
  {
    name: 'told-to-stay-away',
    injects: 'io.disconnectSockets(true)',
    causes: ['WS530'],
    async start(lab) {
      const servers = await lab.servers(2);
      const { url } = await haproxyFront(lab, servers.ports);
      let sockets = 0;
      return {
        url: io(url),
        async during() {
          await wait(4000);
          sockets = await servers.order({ do: 'disconnect' });
        },
        after: () => expectTrue(sockets > 5, `${sockets} sockets were disconnected`),
      };
    },
  },
  {
    name: 'closed-at-once',
    injects: 'the server closes every connection at one moment',
    causes: ['WS531'],
    async start(lab) {
      const servers = await lab.servers(2);
      const { url } = await haproxyFront(lab, servers.ports);
      let sockets = 0;
      return {
        url: io(url),
        async during() {
          await wait(4000);
          sockets = await servers.order({ do: 'closeAll' });
        },
        after: () => expectTrue(sockets > 5, `${sockets} sockets were closed`),
      };
    },
  },
  {
    name: 'proxy-reloaded',
    injects: 'nginx -s reload with worker_shutdown_timeout 200ms',
    causes: ['WS533'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const front = await nginxFront(lab, ports, { main: 'worker_shutdown_timeout 200ms;' });
      let reloaded = false;
      return {
        url: io(front.url),
        async during() {
          await wait(4200);
          front.rewrite(nginxInside(front.port, ports, { location: 'add_header X-Lab reloaded always;' }));
          front.signal('SIGHUP');
          for (let tries = 0; tries < 40 && !reloaded; tries += 1) {
            await wait(50);
            reloaded = (await ask(front.url, '/health')).headers['x-lab'] === 'reloaded';
          }
        },
        after: () => expectTrue(reloaded, 'nothing was reloaded'),
      };
    },
  },
  {
    name: 'laptop-asleep',
    injects: 'the machine of the doctor sleeps for four seconds',
    causes: ['WS522'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await haproxyFront(lab, ports);
      return { url: io(url), sleeps: { afterMs: 2500, forMs: 4000 } };
    },
  },
];
