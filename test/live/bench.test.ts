import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** How long a benchmark may take to notice that it cannot run: both load TypeScript first. */
const NOTICED_SECONDS = 40;

/** Runs a benchmark where there is no nginx, in namespaces of its own, and then says what still runs in them. */
function withoutNginx(benchmark: string) {
  const script = `
    mount -t tmpfs tmpfs /usr/sbin
    timeout --signal=KILL ${NOTICED_SECONDS} "$0" bench/${benchmark}.mjs
    status=$?
    sleep 0.5
    for process in /proc/[0-9]*; do [ "\${process#/proc/}" = 1 ] || tr '\\0' ' ' <"$process/cmdline" 2>/dev/null; done
    exit $status`;
  const own = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  return spawnSync('unshare', [...own, 'bash', '-c', script, process.execPath], { cwd: ROOT, encoding: 'utf8' });
}

describe('a benchmark that has no nginx', () => {
  test.each(['drain', 'proxy'])('%s says so, ends and leaves no process behind', (benchmark) => {
    const { status, stdout, stderr } = withoutNginx(benchmark);
    expect(stderr).toContain('needs nginx on the PATH or in /usr/sbin: run `apt-get install nginx-light`');
    expect({ status, running: stdout.trim() }).toEqual({ status: 1, running: '' });
  });
});
