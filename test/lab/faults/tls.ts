import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import { connect } from 'node:net';
import { expectTrue, type Fault } from '../fault';
import { haproxyFront, nginxFront } from '../parts/fronts';
import { certificateRefused, refusesConnections, speaksHttp2Only } from '../proofs';

const io = (url: string) => `${url}/socket.io/`;

/** Certificates, addresses, and the version of HTTP. */
export const TLS: readonly Fault[] = [
  {
    name: 'certificate-expired',
    injects: 'a certificate of 2020',
    causes: ['WS543'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { pem, ca } = lab.certificate({ expired: true });
      const { url } = await nginxFront(lab, ports, { tls: { pem } });
      return { url: io(url), options: { ca }, verify: () => certificateRefused(url, ca, 'CERT_HAS_EXPIRED') };
    },
  },
  {
    name: 'certificate-of-another',
    injects: 'a certificate for another name',
    causes: ['WS543'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { pem, ca } = lab.certificate({ names: 'DNS:chat.example' });
      const { url } = await nginxFront(lab, ports, { tls: { pem } });
      return {
        url: io(url),
        options: { ca },
        verify: () => certificateRefused(url, ca, 'ERR_TLS_CERT_ALTNAME_INVALID'),
      };
    },
  },
  {
    name: 'one-address-dead',
    injects: 'of two addresses one refuses connections',
    causes: ['WS546'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { url, port } = await nginxFront(lab, ports);
      return {
        url: io(url),
        options: { addresses: ['127.0.0.1', '127.0.0.9'] },
        verify: () => refusesConnections(port, '127.0.0.9'),
      };
    },
  },
  {
    name: 'http2-only',
    injects: 'HAProxy offers h2 and nothing else',
    causes: ['WS506'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { pem, ca } = lab.certificate();
      const { url } = await haproxyFront(lab, ports, { bind: `ssl crt ${pem} alpn h2 proto h2` });
      return { url: io(url), options: { ca }, verify: () => speaksHttp2Only(url, ca) };
    },
  },
  {
    name: 'http2-websocket-refused',
    injects: 'a front announces WebSockets over HTTP/2 and refuses them',
    causes: ['WS506'],
    async start(lab) {
      const { ports } = await lab.servers(1);
      const { pem, ca } = lab.certificate();
      const server = http2.createSecureServer({
        key: readFileSync(pem),
        cert: readFileSync(pem),
        allowHTTP1: true,
        settings: { enableConnectProtocol: true },
      });
      let refused = 0;
      const sessions = new Set<http2.ServerHttp2Session>();
      server.on('session', (session) => {
        sessions.add(session);
        session.on('error', () => {});
      });
      server.on('stream', (stream, headers) => {
        if (headers[':method'] === 'CONNECT') refused += 1;
        stream.on('error', () => {});
        stream.respond({ ':status': headers[':method'] === 'CONNECT' ? 400 : 404 }, { endStream: true });
      });
      // HTTP/1.1 goes through to the server as it is.
      const plain = await nginxFront(lab, ports);
      const pipe = (socket: import('node:stream').Duplex, head: string) => {
        const to = connect(plain.port, '127.0.0.1', () => to.write(head));
        to.on('error', () => socket.destroy());
        socket.on('error', () => to.destroy());
        socket.pipe(to).pipe(socket);
      };
      const headOf = (request: import('node:http').IncomingMessage) =>
        `${request.method} ${request.url} HTTP/1.1\r\n${request.rawHeaders.map((value, i) => (i % 2 === 0 ? `${value}: ` : `${value}\r\n`)).join('')}\r\n`;
      server.on('request', (request, response) => {
        if (request.httpVersionMajor !== 1) return;
        const onward = http.request(
          {
            port: plain.port,
            host: '127.0.0.1',
            path: request.url,
            method: request.method,
            headers: request.headers as http.OutgoingHttpHeaders,
            agent: false,
          },
          (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response as unknown as http.ServerResponse);
          },
        );
        onward.on('error', () => response.destroy());
        request.pipe(onward);
      });
      server.on('upgrade', (request, socket) => pipe(socket, headOf(request)));
      const port = await lab.port();
      await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
      lab.later(() => {
        for (const session of sessions) session.destroy();
        server.close();
      });
      return {
        url: `wss://localhost:${port}/socket.io/?EIO=4&transport=websocket`,
        options: { ca, addresses: ['127.0.0.1'] },
        after: () => expectTrue(refused > 0, 'nothing was refused'),
      };
    },
  },
];
