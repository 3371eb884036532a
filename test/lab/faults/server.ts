import { ask, expectTrue, type Fault, POLLING, SOCKET, UPGRADE } from '../fault';
import { wait } from '../lab';
import { balancer } from '../parts/balancer';
import { haproxyFront, nginxFront } from '../parts/fronts';

const io = (url: string) => `${url}/socket.io/`;
const dead = async (lab: { port(): Promise<number> }) => lab.port();

/** Servers that are broken, absent or busy. */
export const SERVER: readonly Fault[] = [
  {
    name: 'one-of-three-500',
    injects: 'one of three servers answers 500',
    causes: ['WS511'],
    async start(lab) {
      const { ports } = await lab.servers(3, { broken: { index: 1, how: '500' } });
      const { url } = await haproxyFront(lab, ports);
      return {
        url: io(url),
        verify: async () => {
          const all = await Promise.all(Array.from({ length: 6 }, () => ask(url, POLLING)));
          expectTrue(all.filter(({ status }) => status === 500).length === 2, 'not one of three fails');
        },
      };
    },
  },
  {
    name: 'one-of-three-hangs',
    injects: 'one of three servers takes requests and never answers',
    causes: ['WS511'],
    async start(lab) {
      const { ports } = await lab.servers(3, { broken: { index: 2, how: 'hang' } });
      const { url } = await haproxyFront(lab, ports);
      return {
        url: io(url),
        verify: async () => {
          const all = await Promise.all(Array.from({ length: 6 }, () => ask(url, POLLING, { timeoutMs: 1000 })));
          expectTrue(all.filter(({ error }) => error === 'timeout').length === 2, 'not one of three hangs');
        },
      };
    },
  },
  {
    name: 'one-of-three-refuses',
    injects: 'nothing listens at one of three addresses, and the front goes on sending there',
    causes: ['WS511'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await nginxFront(lab, [...ports, await dead(lab)], {
        affinity: 'none',
        each: 'max_fails=0',
        http: 'map $cookie_pod $pod { default ""; }',
        location: 'proxy_next_upstream off;',
      });
      return {
        url: io(url),
        verify: async () => {
          const all = await Promise.all(Array.from({ length: 9 }, () => ask(url, POLLING)));
          expectTrue(all.filter(({ status }) => status === 502).length === 3, 'not one of three fails');
        },
      };
    },
  },
  {
    name: 'no-endpoints',
    injects: 'HAProxy takes every server out, for their health checks fail',
    causes: ['WS516'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await haproxyFront(lab, ports, {
        backend: '  option httpchk GET /nowhere',
        each: 'check inter 100 fall 1',
      });
      return {
        url: io(url),
        verify: async () => {
          for (let i = 0; i < 30 && (await ask(url, POLLING)).status !== 503; i += 1) await wait(100);
          expectTrue((await ask(url, POLLING)).status === 503, 'a server is up');
        },
      };
    },
  },
  {
    name: 'bound-elsewhere',
    injects: 'nginx looks for the server where nothing listens',
    causes: ['WS515'],
    async start(lab) {
      const { url } = await nginxFront(lab, [await dead(lab)]);
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, POLLING)).status === 502, 'somebody answers'),
      };
    },
  },
  {
    name: 'packets-dropped',
    injects: 'the way from nginx to the server swallows everything',
    causes: ['WS514'],
    async start(lab) {
      const { port } = await balancer(lab, [0], { swallow: true });
      const { url } = await nginxFront(lab, [port], { readTimeout: '1s', location: 'proxy_next_upstream off;' });
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, POLLING)).status === 504, 'somebody answers'),
      };
    },
  },
  {
    name: 'drain-flag-stuck',
    injects: 'nginx turns away handshakes and lets sessions pass, as a draining pod does',
    causes: ['WS532'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, { server: 'if ($arg_sid = "") { return 503; }' });
      return {
        url: io(url),
        verify: async () => {
          expectTrue((await ask(url, POLLING)).status === 503, 'new sessions get in');
          expectTrue((await ask(url, `${POLLING}&sid=x`)).body.includes('"code":1'), 'sessions do not pass');
        },
      };
    },
  },
  {
    name: 'handshake-throws',
    injects: 'a middleware of the server answers 500',
    causes: ['WS552'],
    async start(lab) {
      const { ports } = await lab.servers(2, { throws: true });
      const { url } = await haproxyFront(lab, ports);
      return { url: io(url), verify: async () => expectTrue((await ask(url, POLLING)).status === 500, 'it works') };
    },
  },
  {
    name: 'event-loop-blocked',
    injects: 'the servers compute for three seconds at a time',
    causes: ['WS521'],
    async start(lab) {
      const servers = await lab.separate(2, {});
      const { url } = await haproxyFront(
        lab,
        servers.flatMap(({ ports }) => ports),
      );
      let slowest = 0;
      return {
        url: io(url),
        async during() {
          await wait(2200);
          await Promise.all(servers.map((one) => one.order({ do: 'block', ms: 3000 })));
          await wait(300);
          const from = Date.now();
          await ask(url, POLLING, { timeoutMs: 6000 });
          slowest = Date.now() - from;
        },
        after: () => expectTrue(slowest > 1500, `an answer took ${slowest} ms`),
      };
    },
  },
  {
    name: 'heartbeat-in-seconds',
    injects: 'pingInterval 25, meant as seconds',
    causes: ['WS523'],
    async start(lab) {
      const { ports } = await lab.servers(2, { pingInterval: 25, pingTimeout: 20_000 });
      const { url } = await haproxyFront(lab, ports);
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, POLLING)).body.includes('"pingInterval":25,'), 'it is ordinary'),
      };
    },
  },
  {
    name: 'upgrade-dropped-nginx',
    injects: 'nginx without the two headers',
    causes: ['WS505'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await nginxFront(lab, ports, { upgrade: false });
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, SOCKET, { headers: UPGRADE })).status === 400, 'it opens'),
      };
    },
  },
  {
    name: 'upgrade-dropped-haproxy',
    injects: 'HAProxy removes the header Upgrade',
    causes: ['WS505'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await haproxyFront(lab, ports, {
        frontend: '  http-request del-header Upgrade\n  http-request del-header Connection',
      });
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, SOCKET, { headers: UPGRADE })).status !== 101, 'it opens'),
      };
    },
  },
  {
    name: 'silent-tunnel',
    injects: 'what the server says after 101 is held back',
    causes: ['WS550'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const middle = await balancer(lab, ports, { mute: true });
      return {
        url: io(`http://127.0.0.1:${middle.port}`),
        after: () => expectTrue(middle.ended() > 0, 'nothing was held back'),
      };
    },
  },
  {
    name: 'process-stopped',
    injects: 'the process of the server is stopped: the system takes its connections, and nobody answers',
    causes: ['WS559'],
    async start(lab) {
      const { ports, kill } = await lab.servers(1);
      const url = `http://127.0.0.1:${ports[0]}`;
      void kill('SIGSTOP');
      return {
        url: io(url),
        budgetSeconds: 18,
        verify: async () =>
          expectTrue((await ask(url, POLLING, { timeoutMs: 1000 })).error === 'timeout', 'somebody answers'),
      };
    },
  },
  {
    name: 'handshake-late',
    injects: 'every handshake takes six seconds, for the server waits for something itself',
    causes: ['WS559'],
    async start(lab) {
      const { ports } = await lab.servers(1, { slowMs: 6000 });
      const { url } = await nginxFront(lab, ports);
      return {
        url: io(url),
        budgetSeconds: 25,
        verify: async () => {
          expectTrue((await ask(url, POLLING, { timeoutMs: 4000 })).error === 'timeout', 'it answers in time');
          expectTrue((await ask(url, POLLING, { timeoutMs: 15_000 })).status === 200, 'it answers never');
        },
      };
    },
  },
  {
    name: 'websocket-transport-only',
    injects: 'a server whose transports are WebSockets only',
    causes: ['WS562'],
    async start(lab) {
      const { ports } = await lab.servers(1, { transports: ['websocket'] });
      const { url } = await nginxFront(lab, ports);
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, POLLING)).body.includes('"code":0'), 'polling is taken'),
      };
    },
  },
  {
    name: 'polling-transport-only',
    injects: 'a server whose transports are HTTP long-polling only',
    causes: ['WS562'],
    async start(lab) {
      const { ports } = await lab.servers(1, { transports: ['polling'] });
      const { url } = await nginxFront(lab, ports);
      return {
        url: io(url),
        verify: async () =>
          expectTrue((await ask(url, SOCKET, { headers: UPGRADE })).body.includes('"code":0'), 'a WebSocket is taken'),
      };
    },
  },
];
