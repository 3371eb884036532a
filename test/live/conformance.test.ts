import { join } from 'node:path';
import { conformance } from '../../lib/server/conformance/conformance';

const servers = join(__dirname, 'servers');
const tsx = [process.execPath, '--require', require.resolve('tsx/cjs')];
const codes = (results: Awaited<ReturnType<typeof conformance>>) =>
  results.filter(({ ok }) => !ok).map(({ code, seen }) => `${code}: ${seen}`);

describe('the contract', () => {
  it.each([
    ['`holdfast/server` with ws', [...tsx, join(__dirname, '..', '..', 'examples', 'plain-ws', 'server.ts')]],
    ['Python, with its standard library alone', ['python3', join(servers, 'server.py')]],
  ])(
    'is kept by %s',
    async (_name, command) => {
      const results = await conformance({ command });
      expect(codes(results)).toEqual([]);
      expect(results.map(({ code }) => code)).toEqual(['ready', 'heartbeat', 'flag', 'one-life', 'drain', 'exit']);
    },
    90_000,
  );

  it('fails in every clause for servers as people write them', async () => {
    const naive = await conformance({ command: [process.execPath, join(servers, 'bad.js'), 'one-life'] });
    expect(codes(naive)).toEqual([
      'heartbeat: a client that does not answer was kept for 2.5 s',
      'flag: the answer of readiness keeps the connection alive',
      'one-life: readiness answered 503',
      'drain: WebSockets were closed with 1006',
    ]);
    const deaf = await conformance({ command: [process.execPath, join(servers, 'bad.js'), 'exit'] });
    expect(codes(deaf)).toContain('drain: 20 of 20 were still open 6000 ms after SIGTERM');
    expect(codes(deaf)).toContain('exit: still runs 6000 ms after SIGTERM');
    expect(codes(deaf)).toContain('flag: readiness answered 200');
  }, 120_000);

  it('fails with the reason for a command that does not start', async () => {
    const results = await conformance({ command: [process.execPath, '-e', 'process.exit(3)'] });
    expect(codes(results)[0]).toBe('ready: ended with 3 before it was ready');
  }, 30_000);
});
