import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { gatewayConf, nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { ask, freePort } from './support/app';
import { lower, NGINX_UID, raise, startNginx, stopAllNginx, testConfiguration, until } from './support/nginx';

const timing = deriveTiming();
const theia = {
  timing,
  upstream: { port: 3000 },
  socketIo: { path: '/theia/socket.io/' },
  routes: [{ path: '/theia/', upstreamPath: '/' }],
};
const servers = [3001, 3002, 3003].map((port) => ({ host: '127.0.0.1', port }));

afterEach(stopAllNginx);

describe('nginx -t', () => {
  it.each([
    ['the sidecar', nginxConf(theia)],
    [
      'the sidecar behind a Google balancer, with debug headers',
      nginxConf({ ...theia, addressesAppended: 2, debugHeaders: true }),
    ],
    ['the sidecar behind an AWS ALB', nginxConf({ ...theia, addressesAppended: 1 })],
    ['the gateway', gatewayConf({ timing, servers })],
    [
      'the gateway without affinity, behind a Google balancer',
      gatewayConf({ timing, servers, affinity: 'none', addressesAppended: 2 }),
    ],
  ])('accepts %s without a warning', (_name, conf) => {
    expect(testConfiguration(conf).output).toBe(
      'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n' +
        'nginx: configuration file /etc/nginx/nginx.conf test is successful\n',
    );
  });

  it.each(['/tmp', '/etc/nginx'])('is asked wherever something is mounted below %s already', (folder) => {
    const { ok, output } = testConfiguration(
      nginxConf(theia),
      `mount -t tmpfs tmpfs ${folder} && touch ${folder}/file && mount --bind /etc/hostname ${folder}/file`,
    );
    expect(output).toContain('test is successful');
    expect(ok).toBe(true);
  });

  it('fails on a configuration that is none, so that the others prove something', () => {
    expect(testConfiguration('events {').ok).toBe(false);
  });

  it('accepts whatever paths and flags the library accepts', () => {
    const part = fc.string({ unit: fc.constantFrom(...'aZ9-._~'), minLength: 1, maxLength: 60 });
    const parts = fc.uniqueArray(part, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(parts, ([a, b, c, d]) => {
        const conf = accepted(() =>
          nginxConf({
            timing,
            upstream: { host: '127.0.0.1', port: 3000 },
            socketIo: { path: `/${a}/`, upstreamPath: `/${b}/` },
            routes: [{ path: `/${c}/`, upstreamPath: `/${d}/` }],
            drainFlag: `/tmp/${d}`,
            addressesAppended: 2,
          }),
        );
        if (conf !== undefined) expect(testConfiguration(conf).output).toContain('test is successful');
      }),
      { numRuns: 25 },
    );
  });
});

describe('the process', () => {
  it('runs without privileges where nothing but /tmp can be written to', async () => {
    const port = await freePort();
    const nginx = await startNginx(nginxConf({ ...theia, port }), port);
    const status = readFileSync(`/proc/${nginx.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:\\s+${NGINX_UID}\\s+${NGINX_UID}\\s`, 'm'));
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    // Even this test, which is root, cannot write there: the file system refuses, not the owner of the folder.
    for (const folder of ['/', '/etc/nginx', '/var/lib/nginx', '/var/log/nginx', '/run', '/dev/shm', '/usr/share']) {
      expect(() => writeFileSync(nginx.inside(`${folder}/written`), '')).toThrow('EROFS');
    }
    writeFileSync(nginx.inside('/tmp/written'), '');
    expect((await ask(`${nginx.url}/health`)).status).toBe(200);
    expect(nginx.errorLog()).toBe('');
  });

  it('serves where the container may open fewer files than it is sized for, and says so', async () => {
    const port = await freePort();
    const nginx = await startNginx(nginxConf({ ...theia, port }), port, { openFiles: 1024 });
    expect((await ask(`${nginx.url}/health`)).status).toBe(200);
    await until(() => nginx.errorLog().includes('setrlimit(RLIMIT_NOFILE, 10816) failed'));
  });
});

describe('health', () => {
  it('answers /health and /ready as documented, with one Content-Type and without a line in the log', async () => {
    const port = await freePort();
    const nginx = await startNginx(nginxConf({ ...theia, port }), port);
    for (const [path, body] of [
      ['/health', 'healthy\n'],
      ['/ready', 'ready\n'],
    ] as const) {
      const answer = await ask(nginx.url + path);
      expect([answer.status, answer.body]).toEqual([200, body]);
      const types = answer.rawHeaders.filter(
        (_, index) => answer.rawHeaders[index - 1]?.toLowerCase() === 'content-type',
      );
      expect(types).toEqual(['text/plain']);
      expect(answer.headers.server).toBe('nginx');
    }
    expect(nginx.accessLog()).toBe('');
  });

  it('takes /ready back while the drain flag exists, and leaves /health alone', async () => {
    const port = await freePort();
    const nginx = await startNginx(nginxConf({ ...theia, port, drainFlag: '/tmp/going' }), port);
    raise(nginx, '/tmp/going');
    const ready = await ask(`${nginx.url}/ready`);
    expect([ready.status, ready.headers['content-type'], ready.body]).toEqual([503, 'text/plain', 'draining\n']);
    expect((await ask(`${nginx.url}/health`)).status).toBe(200);
    lower(nginx, '/tmp/going');
    expect((await ask(`${nginx.url}/ready`)).status).toBe(200);
  });

  it('does not spend its time on a long X-Forwarded-For made by an attacker', async () => {
    const port = await freePort();
    const nginx = await startNginx(nginxConf({ ...theia, port, addressesAppended: 2, workers: 1 }), port);
    // Its port takes connections before there is a worker.
    await ask(`${nginx.url}/health`);
    const before = cpuTicks(nginx.pid);
    for (const forged of ['a'.repeat(15_000), 'a,'.repeat(7500), ' '.repeat(15_000), ', '.repeat(7500)]) {
      const headers = { 'X-Forwarded-For': `${forged}x, 203.0.113.7, 198.51.100.1` };
      for (let i = 0; i < 25; i += 1) await ask(`${nginx.url}/health`, { headers });
    }
    // A hundred requests. With a pattern that starts anew at each character they take seconds.
    expect(cpuTicks(nginx.pid) - before).toBeLessThan(50);
  });
});

/** What a builder made of its input, or nothing where it refused it. */
function accepted(build: () => string): string | undefined {
  try {
    return build();
  } catch {
    return undefined;
  }
}

/** Hundredths of a second that the workers of a master have used. */
function cpuTicks(master: number): number {
  const children = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ');
  return children
    .map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [])
    .reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0);
}
