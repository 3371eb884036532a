import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** How long a benchmark may take to notice that it cannot run: both load TypeScript first. */
const NOTICED_SECONDS = 50;

/** Runs a benchmark where there is no nginx, in namespaces of its own, and then says what still runs in them. */
function withoutNginx(benchmark: string) {
  const script = `
    mount -t tmpfs tmpfs /usr/sbin
    timeout --signal=KILL ${NOTICED_SECONDS} "$0" bench/${benchmark}.mjs
    status=$?
    running() {
      for process in /proc/[0-9]*; do
        case \${process#/proc/} in 1 | $BASHPID) ;; *) tr '\\0' ' ' <"$process/cmdline" ;; esac
      done 2>/dev/null
    }
    # What was ended is gone a moment later.
    for try in {1..25}; do left=$(running); [ -n "$left" ] || break; sleep 0.2; done
    echo "$left"
    exit $status`;
  const own = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  return spawnSync('unshare', [...own, 'bash', '-c', script, process.execPath], { cwd: ROOT, encoding: 'utf8' });
}

describe('a benchmark that has no nginx', () => {
  test.each(['drain', 'proxy'])(
    '%s says so, ends and leaves no process behind',
    (benchmark) => {
      const { status, stdout, stderr } = withoutNginx(benchmark);
      expect(stderr).toContain('needs nginx on the PATH or in /usr/sbin: run `apt-get install nginx-light`');
      expect({ status, running: stdout.trim() }).toEqual({ status: 1, running: '' });
    },
    90_000,
  );
});
