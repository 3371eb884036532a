import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { App as Cdk8sApp, Chart, Testing } from 'cdk8s';
import { drainCommand, nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { WebSocketServer } from '../../lib/workload';
import { patience } from '../standstill';
import { type App, ask, closeAll, freePort, startApp } from './support/app';
import { accepts, type Nginx, openFiles, startNginx, stopAllNginx } from './support/nginx';
import { runInside } from './support/pod';

let app: App;

beforeEach(async () => {
  app = await startApp();
});

afterEach(async () => {
  await closeAll();
  await stopAllNginx();
});

async function proxy(before?: string): Promise<Nginx> {
  const port = await freePort();
  const conf = nginxConf({
    timing: deriveTiming(),
    port,
    upstream: { port: app.port },
    socketIo: { path: '/socket.io/' },
    routes: [{ path: '/app/' }],
    extraServerDirectives: 'add_header X-Frame-Options DENY always; # nobody frames this',
    extraLocations: [
      { path: '/robots.txt', exact: true, directives: 'return 200 "Disallow: /; {}\\n";' },
      { path: '/app/static/', directives: 'if ($request_method = POST) { return 405; } proxy_pass http://app;' },
    ],
  });
  return startNginx(conf, port, before === undefined ? {} : { before });
}

/** What the container of the manifest runs before it becomes nginx. */
function startCommand(): string {
  const chart = new Chart(new Cdk8sApp(), 'test');
  new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat:1',
    port: 3000,
    timing: deriveTiming(),
    replicas: 1,
    proxy: { addressesAppended: 2, socketIo: { path: '/socket.io/' } },
  });
  const workload = Testing.synth(chart).find(({ kind }) => kind === 'Deployment');
  const [, , script] = workload.spec.template.spec.initContainers[0].command as string[];
  return (script as string).split(' && exec nginx')[0] as string;
}

describe('the drain of a life that is over', () => {
  const left = `touch /tmp/drain && echo 'keepalive_timeout 0;' >/tmp/drain.conf`;

  it('is forgotten by the container that starts again on the same /tmp', async () => {
    const nginx = await proxy(`${left} && ${startCommand()}`);
    expect((await ask(`${nginx.url}/ready`)).status).toBe(200);
    expect((await ask(`${nginx.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(200);
    expect((await ask(`${nginx.url}/app/`, { headers: { Connection: 'keep-alive' } })).headers.connection).toBe(
      'keep-alive',
    );
  });

  it('fails where nothing removes it: never ready, and alive', async () => {
    const nginx = await proxy(left);
    expect((await ask(`${nginx.url}/ready`)).status).toBe(503);
    expect((await ask(`${nginx.url}/health`)).status).toBe(200);
  });
});

describe('when a drain begins', () => {
  it('connections that clients keep end, those in use after their answer, and none is kept any more', async () => {
    const nginx = await proxy();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const get = (path: string) =>
      new Promise<{ status: number | undefined; reused: boolean; connection: string | undefined }>(
        (resolve, reject) => {
          const outgoing = request(nginx.url + path, { agent }, (answer) => {
            answer.resume().once('end', () =>
              resolve({
                status: answer.statusCode,
                reused: outgoing.reusedSocket,
                connection: answer.headers.connection,
              }),
            );
          });
          outgoing.once('error', reject).end();
        },
      );
    await get('/app/');
    expect((await get('/app/')).reused).toBe(true);
    const idle = Object.values(agent.freeSockets).flat()[0];
    const ended = new Promise((resolve) => idle?.once('close', resolve));
    const before = nginx.workers();
    await runInside(nginx, ['/bin/sh', '-c', drainCommand('/tmp/drain')]);
    await ended;
    // The workers are told one after the other, and the last one takes connections until then.
    while (nginx.workers().some((pid) => before.includes(pid))) await new Promise((resolve) => setTimeout(resolve, 10));
    const during = await get('/app/');
    expect(during).toEqual({ status: 200, reused: false, connection: 'close' });
    expect((await get('/socket.io/?EIO=4&transport=polling')).status).toBe(503);
    expect((await ask(`${nginx.url}/ready`)).status).toBe(503);
    expect((await ask(`${nginx.url}/health`)).status).toBe(200);
    agent.destroy();
  });
});

describe('uploads that never end', () => {
  it('leave nothing on the disk', async () => {
    const nginx = await proxy();
    const sockets = Array.from({ length: 20 }, () => {
      const socket = connect(nginx.port, '127.0.0.1', () => {
        socket.write(`POST /app/upload HTTP/1.1\r\nHost: x\r\nContent-Length: ${9 * 2 ** 20}\r\n\r\n`);
        socket.write(Buffer.alloc(2 * 2 ** 20));
      });
      socket.on('error', () => {});
      return socket;
    });
    await patience(2000);
    expect(nginx.workers().flatMap(temporaryFiles)).toEqual([]);
    expect((await ask(`${nginx.url}/health`)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});

describe('locations and directives of the user’s own', () => {
  it('are served beside the generated ones', async () => {
    const nginx = await proxy();
    const robots = await ask(`${nginx.url}/robots.txt`);
    expect([robots.status, robots.body, robots.headers['x-frame-options']]).toEqual([200, 'Disallow: /; {}\n', 'DENY']);
    expect((await ask(`${nginx.url}/app/static/x`, { method: 'POST' })).status).toBe(405);
    expect(JSON.parse((await ask(`${nginx.url}/app/static/x`)).body).url).toBe('/app/static/x');
  });
});

it('listens on IPv6 as well, where this machine has it', async () => {
  const nginx = await proxy();
  expect(await accepts(nginx.port, '::1')).toBe(true);
});

/** The files in which a worker keeps what does not fit into its buffers. They have no name any more: nginx unlinks each as soon as it is open. */
function temporaryFiles(worker: number): string[] {
  return openFiles(worker).filter((file) => file.startsWith('/tmp/client_body_temp/'));
}
