import { ask, expectTrue, type Fault, UPGRADE } from '../fault';
import { BEAT, wait } from '../lab';
import { balancer } from '../parts/balancer';
import { haproxyFront, nginxFront } from '../parts/fronts';
import { cutsSilence } from '../proofs';

const ws = (port: number) => `ws://localhost:${port}/ws`;

/** The same for plain WebSockets. */
export const PLAIN: readonly Fault[] = [
  {
    name: 'ws-upgrade-dropped',
    injects: 'nginx without the two headers, before a plain ws server',
    causes: ['WS505'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws', pageStatus: 426, page: 'Upgrade Required' });
      const { url, port } = await nginxFront(lab, ports, { upgrade: false });
      return {
        url: ws(port),
        budgetSeconds: 18,
        verify: async () => expectTrue((await ask(url, '/ws', { headers: UPGRADE })).status === 426, 'it opens'),
      };
    },
  },
  {
    name: 'ws-upgrade-dropped-before-404',
    injects:
      'nginx without the two headers, before a plain ws server whose application answers other requests with 404',
    causes: ['WS505'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws', pageStatus: 404 });
      const { url, port } = await nginxFront(lab, ports, { upgrade: false });
      return {
        url: ws(port),
        budgetSeconds: 18,
        verify: async () => {
          const [inside, outside] = await Promise.all(
            [`http://127.0.0.1:${ports[0]}`, url].map((at) => ask(at, '/ws', { headers: UPGRADE })),
          );
          expectTrue(inside?.status === 101, `the server itself answers ${inside?.status}`);
          expectTrue(outside?.status === 404, `behind nginx it answers ${outside?.status}`);
        },
      };
    },
  },
  {
    name: 'ws-lifetime',
    injects: 'a balancer ends every connection after three seconds, before a plain ws server',
    causes: ['WS519'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws' });
      const front = await balancer(lab, ports, { lifetimeMs: 3000 });
      return {
        url: `ws://127.0.0.1:${front.port}/ws`,
        after: () => expectTrue(front.ended() > 5, 'nothing was ended'),
      };
    },
  },
  {
    name: 'ws-idle-timeout',
    injects: 'HAProxy with timeout tunnel 1500ms, before a plain ws server that pings each two seconds',
    causes: ['WS520'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws' });
      const { port } = await haproxyFront(lab, ports, { backend: '  timeout tunnel 1500ms' });
      return { url: ws(port), budgetSeconds: 18, verify: () => cutsSilence(ws(port), BEAT.pingInterval) };
    },
  },
  {
    name: 'ws-origin-refused',
    injects: 'a plain ws server that lets in one other origin only',
    causes: ['WS536'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws', allowedOrigin: 'https://page.example' });
      const { url, port } = await nginxFront(lab, ports);
      return {
        url: ws(port),
        budgetSeconds: 18,
        verify: async () =>
          expectTrue((await ask(url, '/ws', { headers: { ...UPGRADE, origin: url } })).status === 401, 'it is let in'),
      };
    },
  },
  {
    name: 'ws-no-route',
    injects: 'nginx does not know the path of the WebSocket',
    causes: ['WS509'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws' });
      const { url, port } = await nginxFront(lab, ports, { path: '/elsewhere', server: 'location / { return 404; }' });
      return {
        url: ws(port),
        budgetSeconds: 18,
        verify: async () => expectTrue((await ask(url, '/ws', { headers: UPGRADE })).status === 404, 'it is known'),
      };
    },
  },
  {
    name: 'ws-pod-killed',
    injects: 'one of three plain ws servers is killed',
    causes: ['WS524'],
    async start(lab) {
      const servers = await lab.separate(3, { kind: 'ws' });
      const { port } = await haproxyFront(
        lab,
        servers.flatMap((one) => one.ports),
        { backend: '  option redispatch\n  retries 3' },
      );
      let killed = false;
      return {
        url: ws(port),
        budgetSeconds: 18,
        async during() {
          await wait(3500);
          await servers[1]?.kill();
          killed = true;
        },
        after: () => expectTrue(killed, 'nobody was killed'),
      };
    },
  },
  {
    name: 'ws-other-path',
    injects: 'a plain ws server that listens at /ws/, and is looked for at /ws',
    causes: ['WS508'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws', path: '/ws/' });
      const { url, port } = await nginxFront(lab, ports);
      return {
        url: ws(port),
        budgetSeconds: 18,
        verify: async () => {
          expectTrue((await ask(url, '/ws', { headers: UPGRADE })).status === 400, 'it opens');
          expectTrue((await ask(url, '/ws/', { headers: UPGRADE })).status === 101, 'it opens nowhere');
        },
      };
    },
  },
  {
    name: 'ws-subprotocol-wanted',
    injects: 'a plain ws server that lets nobody in without its subprotocol',
    causes: ['WS560'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws', subprotocol: 'graphql-transport-ws' });
      const { url, port } = await nginxFront(lab, ports);
      const headers = { ...UPGRADE, 'sec-websocket-protocol': 'graphql-transport-ws' };
      return {
        url: ws(port),
        budgetSeconds: 18,
        verify: async () => {
          expectTrue((await ask(url, '/ws', { headers: UPGRADE })).status === 400, 'it opens without');
          expectTrue((await ask(url, '/ws', { headers })).status === 101, 'it does not open with it');
        },
      };
    },
  },
  {
    name: 'ws-closed-at-age',
    injects: 'a plain ws server that closes every connection after a second and a half, with a code of its own',
    causes: ['WS561'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws', closeAfterMs: 1500 });
      const { url, port } = await nginxFront(lab, ports);
      return {
        url: ws(port),
        budgetSeconds: 18,
        verify: async () => expectTrue((await ask(url, '/ws', { headers: UPGRADE })).status === 101, 'none opens'),
      };
    },
  },
  {
    name: 'ws-one-of-two-without',
    injects: 'one of two servers takes no WebSockets at this path, as after half a rollout',
    causes: ['WS511'],
    async start(lab) {
      const { ports } = await lab.servers(1, { kind: 'ws' });
      const { ports: others } = await lab.servers(1, { kind: 'ws', path: '/elsewhere' });
      const { url, port } = await nginxFront(lab, [...ports, ...others], { affinity: 'none' });
      return {
        url: ws(port),
        budgetSeconds: 18,
        verify: async () => {
          const all = await Promise.all(Array.from({ length: 6 }, () => ask(url, '/ws', { headers: UPGRADE })));
          expectTrue(all.filter(({ status }) => status === 101).length === 3, 'not one of two fails');
        },
      };
    },
  },
];
