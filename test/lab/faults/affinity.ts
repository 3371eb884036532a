import * as http from 'node:http';
import { ask, expectTrue, type Fault, lostSessions, POLLING } from '../fault';
import { balancer } from '../parts/balancer';
import { haproxyFront, nginxFront } from '../parts/fronts';

const io = (url: string) => `${url}/socket.io/`;

export const AFFINITY: readonly Fault[] = [
  {
    name: 'no-affinity-nginx',
    injects: 'nginx deals out requests to three servers in turn',
    causes: ['WS501'],
    async start(lab) {
      const { ports } = await lab.servers(3);
      const { url } = await nginxFront(lab, ports, { affinity: 'none' });
      return {
        url: io(url),
        verify: async () => expectTrue((await lostSessions(url, 24)) > 3, 'sessions are not lost'),
      };
    },
  },
  {
    name: 'no-affinity-haproxy',
    injects: 'HAProxy deals out requests to three servers in turn',
    causes: ['WS501'],
    async start(lab) {
      const { ports } = await lab.servers(3);
      const { url } = await haproxyFront(lab, ports, { cookie: false });
      return {
        url: io(url),
        verify: async () => expectTrue((await lostSessions(url, 30)) > 2, 'sessions are not lost'),
      };
    },
  },
  {
    name: 'cookie-native-client',
    injects: 'HAProxy keeps sessions by a cookie, and the client returns none',
    causes: ['WS502'],
    async start(lab) {
      const { ports } = await lab.servers(3);
      const { url } = await haproxyFront(lab, ports);
      return {
        url: io(url),
        options: { client: 'no-cookies' },
        verify: async () => {
          expectTrue((await lostSessions(url, 24)) > 3, 'sessions are kept without cookies');
          expectTrue((await lostSessions(url, 8, true)) === 0, 'sessions are lost with cookies');
        },
      };
    },
  },
  {
    name: 'cookie-path',
    injects: 'the cookie of affinity is for another path',
    causes: ['WS502'],
    async start(lab) {
      const { ports } = await lab.servers(3);
      const { port } = await haproxyFront(lab, ports);
      const { url } = await nginxFront(lab, [port], { location: 'proxy_cookie_path / /app;' });
      return {
        url: io(url),
        verify: async () => {
          const [cookie = ''] = (await ask(url, POLLING)).headers['set-cookie'] ?? [];
          expectTrue(/path=\/app/.test(cookie), `the cookie says ${cookie}`);
          expectTrue((await lostSessions(url, 24)) > 3, 'sessions are kept without it');
        },
      };
    },
  },
  {
    name: 'cookie-cross-site',
    injects: 'the page comes from another site, and the cookie of affinity is SameSite=Lax',
    causes: ['WS502'],
    async start(lab) {
      const origin = 'https://page.example';
      const { ports } = await lab.servers(3, { cors: { origin, credentials: true } });
      const { url } = await haproxyFront(lab, ports, { cookie: 'POD insert indirect nocache attr "SameSite=Lax"' });
      return {
        url: io(url),
        options: { origin },
        verify: async () => expectTrue((await lostSessions(url, 24)) > 3, 'sessions are kept without the cookie'),
      };
    },
  },
  {
    name: 'affinity-by-connection',
    injects: 'a balancer of layer 4 deals out connections to three servers',
    causes: ['WS547'],
    async start(lab) {
      const { ports } = await lab.servers(3);
      const { port } = await balancer(lab, ports);
      const url = `http://127.0.0.1:${port}`;
      return {
        url: io(url),
        verify: async () => {
          expectTrue((await lostSessions(url, 24)) > 3, 'sessions are not lost');
          const kept = await lostSessions(url, 6, false, () => new http.Agent({ keepAlive: true, maxSockets: 1 }));
          expectTrue(kept === 0, 'sessions are lost on kept connections');
        },
      };
    },
  },
  {
    name: 'cached-handshake',
    injects: 'nginx caches what looks like a page',
    causes: ['WS507'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, {
        http: `proxy_cache_path ${lab.folder}/cache keys_zone=c:1m;`,
        location:
          'proxy_cache c; proxy_cache_valid 200 60s; proxy_ignore_headers Cache-Control Set-Cookie Vary; proxy_cache_key $uri$arg_transport$arg_sid; add_header X-Cache $upstream_cache_status;',
      });
      return {
        url: io(url),
        verify: async () => {
          const [a, b] = [await ask(url, POLLING), await ask(url, POLLING)];
          expectTrue(a.body === b.body && a.body.startsWith('0{'), 'two handshakes differ');
        },
      };
    },
  },
];
