import { ask, expectTrue, type Fault, POLLING, SOCKET } from '../fault';
import { BEAT, wait } from '../lab';
import { balancer } from '../parts/balancer';
import { haproxyFront, nginxFront } from '../parts/fronts';
import {
  cachesHandshakes,
  certificateRefused,
  cutsSilence,
  losesSessions,
  oneOfThreeFails,
  pingsEach,
  refusesBody,
  refusesConnections,
  refusesUpgrade,
  withoutCors,
} from '../proofs';

const io = (url: string) => `${url}/socket.io/`;

const both = (...proofs: readonly Promise<void>[]): Promise<unknown> => Promise.all(proofs);

/** Two faults at once: each hides a part of what the other would show. */
export const PAIRS: readonly Fault[] = [
  {
    name: 'no-affinity+idle-timeout',
    injects: 'nginx deals out in turn, with proxy_read_timeout 1s',
    causes: ['WS501', 'WS520'],
    async start(lab) {
      const { ports } = await lab.servers(3);
      const { url } = await nginxFront(lab, ports, { affinity: 'none', readTimeout: '1s' });
      return { url: io(url), verify: () => both(losesSessions(url), cutsSilence(url + SOCKET, BEAT.pingInterval)) };
    },
  },
  {
    name: 'no-affinity+upgrade-dropped',
    injects: 'nginx deals out in turn, without the headers of an upgrade',
    causes: ['WS501', 'WS505'],
    async start(lab) {
      const { ports } = await lab.servers(3);
      const { url } = await nginxFront(lab, ports, { affinity: 'none', upgrade: false });
      return { url: io(url), verify: () => both(losesSessions(url), refusesUpgrade(url)) };
    },
  },
  {
    name: 'lifetime+body-limit',
    injects: 'a balancer that ends connections after three seconds, before nginx with client_max_body_size 1k',
    causes: ['WS519', 'WS535'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url, port } = await nginxFront(lab, ports, { server: 'client_max_body_size 1k;' });
      const front = await balancer(lab, [port], { lifetimeMs: 3000 });
      return {
        url: io(`http://127.0.0.1:${front.port}`),
        verify: () => refusesBody(url),
        after: () => expectTrue(front.ended() > 5, 'nothing was ended'),
      };
    },
  },
  {
    name: 'certificate-expired+idle-timeout',
    injects: 'a certificate of 2020, and proxy_read_timeout 1s',
    causes: ['WS520', 'WS543'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { pem, ca } = lab.certificate({ expired: true });
      const { url } = await nginxFront(lab, ports, { tls: { pem }, readTimeout: '1s' });
      return {
        url: io(url),
        options: { ca },
        verify: () =>
          both(certificateRefused(url, ca, 'CERT_HAS_EXPIRED'), cutsSilence(url + SOCKET, BEAT.pingInterval)),
      };
    },
  },
  {
    name: 'one-pod-500+lifetime',
    injects: 'one of three servers answers 500, behind a balancer that ends connections after three seconds',
    causes: ['WS511', 'WS519'],
    async start(lab) {
      const { ports } = await lab.servers(3, { broken: { index: 1, how: '500' } });
      const { url, port } = await haproxyFront(lab, ports);
      const front = await balancer(lab, [port], { lifetimeMs: 3000 });
      return {
        url: io(`http://127.0.0.1:${front.port}`),
        verify: () => oneOfThreeFails(url),
        after: () => expectTrue(front.ended() > 5, 'nothing was ended'),
      };
    },
  },
  {
    name: 'body-limit+upgrade-dropped',
    injects: 'nginx with client_max_body_size 1k and without the headers of an upgrade',
    causes: ['WS505', 'WS535'],
    async start(lab) {
      const { ports } = await lab.servers(2);
      const { url } = await nginxFront(lab, ports, { upgrade: false, server: 'client_max_body_size 1k;' });
      return { url: io(url), verify: () => both(refusesUpgrade(url), refusesBody(url)) };
    },
  },
  {
    name: 'address-dead+no-affinity',
    injects: 'of two addresses one refuses; behind the other nginx deals out in turn',
    causes: ['WS501', 'WS546'],
    async start(lab) {
      const { ports } = await lab.servers(3);
      const { url, port } = await nginxFront(lab, ports, { affinity: 'none' });
      return {
        url: io(url),
        options: { addresses: ['127.0.0.1', '127.0.0.9'] },
        verify: () => both(losesSessions(url), refusesConnections(port, '127.0.0.9')),
      };
    },
  },
  {
    name: 'cors-missing+idle-timeout',
    injects: 'a page of another site without CORS, and HAProxy with timeout tunnel 1500ms',
    causes: ['WS520', 'WS536'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await haproxyFront(lab, ports, { cookie: false, backend: '  timeout tunnel 1500ms' });
      const origin = 'https://page.example';
      return {
        url: io(url),
        options: { origin },
        verify: () => both(withoutCors(url, origin), cutsSilence(url + SOCKET, BEAT.pingInterval)),
      };
    },
  },
  {
    name: 'heartbeat-in-seconds+body-limit',
    injects: 'pingInterval 25, and client_max_body_size 1k',
    causes: ['WS523', 'WS535'],
    async start(lab) {
      const { ports } = await lab.servers(1, { pingInterval: 25, pingTimeout: 2000 });
      const { url } = await nginxFront(lab, ports, { server: 'client_max_body_size 1k;' });
      return { url: io(url), verify: () => both(pingsEach(url, 25), refusesBody(url)) };
    },
  },
  {
    name: 'worker-connections+body-limit',
    injects: 'nginx with worker_connections 30 and client_max_body_size 1k',
    causes: ['WS534', 'WS535'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const front = await nginxFront(lab, ports, {
        events: 'worker_connections 30;',
        server: 'client_max_body_size 1k;',
      });
      return {
        url: io(front.url),
        verify: () => refusesBody(front.url),
        after: () => expectTrue(front.log().includes('worker_connections are not enough'), 'the ceiling was not met'),
      };
    },
  },
  {
    name: 'cached-handshake+idle-timeout',
    injects: 'nginx caches handshakes, with proxy_read_timeout 1s',
    causes: ['WS507', 'WS520'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url } = await nginxFront(lab, ports, {
        http: `proxy_cache_path ${lab.folder}/cache keys_zone=c:1m;`,
        readTimeout: '1s',
        location:
          'proxy_cache c; proxy_cache_valid 200 60s; proxy_ignore_headers Cache-Control Set-Cookie Vary; proxy_cache_key $uri$arg_transport$arg_sid;',
      });
      return { url: io(url), verify: () => both(cachesHandshakes(url), cutsSilence(url + SOCKET, BEAT.pingInterval)) };
    },
  },
  {
    name: 'certificate-of-another+upgrade-dropped',
    injects: 'a certificate for another name, and nginx without the headers of an upgrade',
    causes: ['WS505', 'WS543'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { pem, ca } = lab.certificate({ names: 'DNS:chat.example' });
      const { url } = await nginxFront(lab, ports, { tls: { pem }, upgrade: false });
      return {
        url: io(url),
        options: { ca },
        verify: () => both(certificateRefused(url, ca, 'ERR_TLS_CERT_ALTNAME_INVALID'), refusesUpgrade(url)),
      };
    },
  },
  {
    name: 'stay-away+body-limit',
    injects: 'io.disconnectSockets(true), and maxHttpBufferSize 1000',
    causes: ['WS530', 'WS535'],
    async start(lab) {
      const servers = await lab.servers(2, { maxHttpBufferSize: 1000 });
      const { url } = await haproxyFront(lab, servers.ports);
      let sockets = 0;
      return {
        url: io(url),
        verify: () => refusesBody(url),
        async during() {
          await wait(4000);
          sockets = await servers.order({ do: 'disconnect' });
        },
        after: () => expectTrue(sockets > 5, `${sockets} sockets were disconnected`),
      };
    },
  },
  {
    name: 'event-loop+body-limit',
    injects: 'servers that compute for three seconds, behind client_max_body_size 1k',
    causes: ['WS521', 'WS535'],
    async start(lab) {
      const servers = await lab.servers(1, BEAT);
      const { url } = await nginxFront(lab, servers.ports, { server: 'client_max_body_size 1k;' });
      let slowest = 0;
      return {
        url: io(url),
        verify: () => refusesBody(url),
        async during() {
          await wait(2200);
          await servers.order({ do: 'block', ms: 3000 });
          await wait(300);
          const from = Date.now();
          await ask(url, POLLING, { timeoutMs: 6000 });
          slowest = Date.now() - from;
        },
        after: () => expectTrue(slowest > 1500, `an answer took ${slowest} ms`),
      };
    },
  },
];
