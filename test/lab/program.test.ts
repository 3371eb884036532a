import { createServer } from 'node:http';
import { join } from 'node:path';
import { loadRecording } from '../../lib/doctor';
import { patience, tookMs } from '../standstill';
import { Lab } from './lab';
import { balancer } from './parts/balancer';
import { haproxyFront, nginxFront } from './parts/fronts';
import { doctor, type Run } from './program';

/** What Socket.IO has by default. */
const USUAL = { pingInterval: 25_000, pingTimeout: 20_000 };

const lab = new Lab();
afterAll(() => lab.end());

const io = (url: string) => `${url}/socket.io/`;

async function healthy(): Promise<string> {
  const { ports } = await lab.servers(3, USUAL);
  return io((await haproxyFront(lab, ports)).url);
}

/** One of three takes requests and never answers: nothing takes longer to look at. */
async function hanging(): Promise<string> {
  const { ports } = await lab.servers(3, { ...USUAL, broken: { index: 2, how: 'hang' } });
  return io((await haproxyFront(lab, ports)).url);
}

async function withoutAffinity(): Promise<string> {
  const { ports } = await lab.servers(3);
  return io((await nginxFront(lab, ports, { affinity: 'none' })).url);
}

/** The long looks go on beside everything else: they wait most of the time. */
let whole: Promise<readonly Run[]>;
const evidence = join(lab.folder, 'whole.jsonl.gz');

beforeAll(async () => {
  const [well, hung] = [await healthy(), await hanging()];
  whole = Promise.all([doctor([well, '--save', evidence]).done, doctor([hung]).done]);
});

describe('with --quick it takes at most ten seconds', () => {
  test.each([
    ['where all is well', healthy, 0],
    ['where one of three servers never answers', hanging, 1],
    [
      'where nobody ever answers',
      async () => io(`http://127.0.0.1:${(await balancer(lab, [0], { swallow: true })).port}`),
      1,
    ],
  ])('%s', async (_title, start, code) => {
    const run = await doctor([await start(), '--quick']).done;
    expect({ code: run.code, out: run.out }).toEqual({ code, out: expect.anything() });
    expect(run.seconds).toBeLessThan(10);
  });
});

describe('a certificate of a private authority', () => {
  async function secured(): Promise<{ url: string; caFile: string }> {
    const { ports } = await lab.servers(2);
    const { pem, caFile } = lab.certificate();
    return { url: io((await nginxFront(lab, ports, { tls: { pem, http2: true } })).url), caFile };
  }

  test('is asked for in one sentence', async () => {
    const { url } = await secured();
    const { code, out } = await doctor([url, '--quick', '--no-progress']).done;
    expect(code).toBe(2);
    expect(out).toMatch(
      /the certificate of localhost:\d+ was issued by Lab authority, whom this machine does not trust \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\); where that is your own authority, give its certificate with --ca <file\.pem>/,
    );
  });

  test('is trusted with --ca', async () => {
    const { url, caFile } = await secured();
    const { code, out } = await doctor([url, '--quick', '--no-progress', '--ca', caFile]).done;
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('nothing wrong') });
  });
});

describe('Ctrl-C', () => {
  test('in the middle ends the look, reports what was seen, and saves it', async () => {
    const file = join(lab.folder, 'interrupted.jsonl');
    const { child, done, says } = doctor([await withoutAffinity(), '--save', file]);
    await says('sockets that stay');
    await patience(1500);
    child.kill('SIGINT');
    const at = Date.now();
    const { code, signal, out, err } = await done;
    expect(tookMs(at)).toBeLessThan(3000);
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(err).toContain('interrupted: what was seen follows\n');
    expect(out).toContain('Cause  WS501');
    const saved = loadRecording(file);
    expect(saved.ended.ended).toBe('interrupted');
    expect(saved.evidence.some(({ probe }) => probe === 'idle')).toBe(true);
    expect((await doctor(['--from', file]).done).out).toBe(out);
  });

  test('before anything is known gives no clean bill', async () => {
    const swallowing = await balancer(lab, [0], { swallow: true });
    const { child, done, says } = doctor([io(`http://127.0.0.1:${swallowing.port}`)]);
    await says('…');
    child.kill('SIGINT');
    const { code, out } = await done;
    expect(code).toBe(2);
    expect(out).toContain('interrupted');
    expect(out).not.toContain('nothing wrong here');
  });
});

describe('a proxy in the environment', () => {
  const HOST = 'chat.example';
  let proxied = 0;
  let url: string;

  beforeAll(async () => {
    const proxy = createServer((_request, response) => {
      proxied += 1;
      response.writeHead(502).end();
    }).listen(0, '127.0.0.1');
    lab.later(() => void proxy.close());
    await new Promise((done) => proxy.once('listening', done));
    const { port } = proxy.address() as { port: number };
    url = `http://127.0.0.1:${port}`;
  });

  const look = async (env: NodeJS.ProcessEnv) => {
    const { ports } = await lab.servers(1);
    const { port } = await nginxFront(lab, ports);
    const target = io(`http://${HOST}:${port}`);
    return doctor([target, '--address', '127.0.0.1', '--quick', '--no-progress'], env).done;
  };

  test('is passed by, and that is said in one sentence', async () => {
    const { code, out } = await look({ HTTP_PROXY: url });
    expect(code).toBe(0);
    expect(out).toContain(
      'HTTP_PROXY is set, and the doctor looks without that proxy: what clients behind it meet may differ',
    );
    expect(proxied).toBe(0);
  });

  test('is not spoken of where it does not concern the host', async () => {
    const { code, out } = await look({ HTTP_PROXY: url, NO_PROXY: `other.example, .${HOST}` });
    expect(code).toBe(0);
    expect(out).not.toContain('HTTP_PROXY');
  });
});

test('at the usual heartbeat the whole look takes at most a hundred seconds, and hears pings', async () => {
  const runs = await whole;
  expect(runs.map(({ code }) => code)).toEqual([0, 1]);
  for (const { seconds } of runs) expect(seconds).toBeLessThan(100);
  const lives = loadRecording(evidence).evidence.filter(({ probe }) => probe === 'idle');
  expect(lives.length).toBeGreaterThanOrEqual(20);
  for (const { answer } of lives) expect((answer as { pings: number[] }).pings.length).toBeGreaterThanOrEqual(1);
}, 200_000);
