import { ask, expectTrue, type Fault, POLLING, SOCKET, UPGRADE } from '../fault';
import { haproxyFront, nginxFront } from '../parts/fronts';

const io = (url: string) => `${url}/socket.io/`;

/** The request is answered by somebody else, or arrives changed. */
export const ROUTE: readonly Fault[] = [
  {
    name: 'prefix-kept',
    injects: 'the prefix of the Ingress reaches the server, which listens without it',
    causes: ['WS508'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await nginxFront(lab, ports);
      return {
        url: `${url}/theia/socket.io/`,
        verify: async () => expectTrue((await ask(url, `/theia${POLLING}`)).status === 404, 'the path answers'),
      };
    },
  },
  {
    name: 'single-page-fallback',
    injects: 'everything unknown is answered with the page of the application',
    causes: ['WS508'],
    async start(lab) {
      const { ports } = await lab.servers(1, { path: '/ws/', pageStatus: 200 });
      const { url } = await nginxFront(lab, ports);
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, POLLING)).body.includes('<title>app'), 'no page'),
      };
    },
  },
  {
    name: 'host-not-routed',
    injects: 'the router of nginx does not know the host',
    causes: ['WS509'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, { server: 'if ($host != "chat.example") { return 404; }' });
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, POLLING)).status === 404, 'the host is known'),
      };
    },
  },
  {
    name: 'default-backend',
    injects: 'the default backend answers',
    causes: ['WS509'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await haproxyFront(lab, ports, {
        frontend:
          '  http-request return status 404 content-type text/plain string "default backend - 404" unless { hdr(host) chat.example }',
      });
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, POLLING)).status === 404, 'the host is known'),
      };
    },
  },
  {
    name: 'query-lost',
    injects: 'proxy_pass without the query',
    causes: ['WS510'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, { pass: 'http://app$uri' });
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, POLLING)).body.includes('"code":0'), 'the query arrives'),
      };
    },
  },
  {
    name: 'login-page',
    injects: 'a guard redirects to its login',
    causes: ['WS537'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, {
        server: 'if ($cookie_session = "") { return 302 https://accounts.example/signin?continue=x; }',
      });
      return { url: io(url), verify: async () => expectTrue((await ask(url, POLLING)).status === 302, 'no redirect') };
    },
  },
  {
    name: 'firewall-403',
    injects: 'a web application firewall refuses the request',
    causes: ['WS537'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await haproxyFront(lab, ports, {
        frontend: '  http-request deny deny_status 403 if { url_param(transport) -m found }',
      });
      return { url: io(url), verify: async () => expectTrue((await ask(url, POLLING)).status === 403, 'it is let in') };
    },
  },
  {
    name: 'websocket-forbidden',
    injects: 'a rule on the way refuses every request that asks for a WebSocket',
    causes: ['WS557'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await nginxFront(lab, ports, { server: 'if ($http_upgrade) { return 403; }' });
      return {
        url: io(url),
        verify: async () => {
          expectTrue((await ask(url, POLLING)).status === 200, 'not even polling works');
          expectTrue((await ask(url, SOCKET, { headers: UPGRADE })).status === 403, 'a WebSocket opens');
        },
      };
    },
  },
  {
    name: 'redirect',
    injects: 'http is redirected to https',
    causes: ['WS549'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, { server: 'return 301 https://chat.example$request_uri;' });
      return { url: io(url), verify: async () => expectTrue((await ask(url, POLLING)).status === 301, 'no redirect') };
    },
  },
  {
    name: 'protocol-changed',
    injects: 'the way to the server makes EIO=3 of EIO=4',
    causes: ['WS538'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, {
        server: 'if ($arg_EIO = 4) { set $args "EIO=3&transport=$arg_transport&sid=$arg_sid"; }',
      });
      return {
        url: io(url),
        verify: async () => expectTrue((await ask(url, POLLING)).body.includes('"code":5'), 'code 5 does not come'),
      };
    },
  },
  {
    name: 'origin-refused',
    injects: 'the server lets in one other origin only',
    causes: ['WS536'],
    async start(lab) {
      const { ports } = await lab.servers(2, { allowedOrigin: 'https://page.example' });
      const { url } = await nginxFront(lab, ports);
      return {
        url: io(url),
        verify: async () =>
          expectTrue((await ask(url, POLLING, { headers: { origin: url } })).status === 403, 'the origin is let in'),
      };
    },
  },
  {
    name: 'cors-missing',
    injects: 'the page comes from another site, and the server has no CORS',
    causes: ['WS536'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await nginxFront(lab, ports);
      const origin = 'https://page.example';
      return {
        url: io(url),
        options: { origin },
        verify: async () =>
          expectTrue(
            (await ask(url, POLLING, { headers: { origin } })).headers['access-control-allow-origin'] === undefined,
            'CORS is there',
          ),
      };
    },
  },
  {
    name: 'redirect-of-websockets',
    injects: 'requests that ask for a WebSocket are redirected to another host, and no others',
    causes: ['WS549'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, {
        server: 'if ($http_upgrade) { return 301 https://live.example$request_uri; }',
      });
      return {
        url: io(url),
        verify: async () => {
          expectTrue((await ask(url, POLLING)).status === 200, 'not even polling works');
          expectTrue((await ask(url, SOCKET, { headers: UPGRADE })).status === 301, 'a WebSocket opens');
        },
      };
    },
  },
];
