import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../machine/processes';
import { api } from './api';
import { ITS_ENVIRONMENT } from './doctor';

const MAIN = join(__dirname, '../../../lib/cli/main.ts');

/** Where a change is held on its way. */
type Kept = 'the patch' | 'its answer';

/** The command line, in a process of its own. */
export class DoctorProgram {
  constructor(private readonly folder: string) {}

  async said(args: readonly string[]): Promise<{ readonly status: number; readonly text: string }> {
    const { child, text } = this.start(args);
    const [status] = (await once(child, 'close')) as [number];
    return { status, text: text() };
  }

  /** Runs it with a kubectl that keeps something back, and kills it there. */
  async killed(args: readonly string[], keeps: Kept): Promise<void> {
    const bin = join(this.folder, keeps.replaceAll(' ', '-'));
    const kept = join(bin, 'kept');
    mkdirSync(bin);
    writeFileSync(join(bin, 'proxy.js'), keeping(keeps, kept));
    // The next one in PATH is kubectl itself.
    writeFileSync(
      join(bin, 'kubectl'),
      `#!/bin/sh
case " $* " in *" proxy "*) exec ${process.execPath} ${join(bin, 'proxy.js')} "$@";; esac
PATH=\${PATH#*:} exec kubectl "$@"
`,
    );
    chmodSync(join(bin, 'kubectl'), 0o755);
    const { child, text } = this.start(args, `${bin}:`);
    try {
      await until(`${keeps} is kept back`, 90, async () => {
        if (child.exitCode !== null) throw new Error(`it ended:\n${text()}`);
        return existsSync(kept);
      });
    } finally {
      child.kill('SIGKILL');
    }
  }

  private start(args: readonly string[], path = ''): { readonly child: ChildProcess; readonly text: () => string } {
    const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), MAIN, 'doctor', ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...ITS_ENVIRONMENT, PATH: `${path}${ITS_ENVIRONMENT.PATH}` },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        text += part.toString();
      });
    return { child, text: () => text };
  }
}

/** What stands in for `kubectl proxy`: it passes on everything, but keeps back the first change, or the answer to it, and makes a file when it has it. */
function keeping(what: Kept, file: string): string {
  return `
const http = require('http');
const parent = process.ppid;
// Whoever started it was killed.
setInterval(() => process.ppid === parent || process.exit(), 200);
const socket = process.argv.map((one) => /^--unix-socket=(.*)/.exec(one)).find(Boolean)[1];
http.createServer((asked, answered) => {
  const changes = asked.method === 'PATCH' && !asked.url.includes('dryRun');
  const keep = () => require('fs').writeFileSync(${JSON.stringify(file)}, '');
  if (changes && ${what === 'the patch'}) return keep();
  const passed = http.request(${JSON.stringify(api())} + asked.url, { method: asked.method, headers: asked.headers }, (answer) => {
    if (changes) return void answer.resume().on('end', keep);
    answered.writeHead(answer.statusCode, answer.headers);
    answer.pipe(answered);
  });
  passed.on('error', () => answered.destroy());
  asked.pipe(passed);
}).listen(socket, () => console.log('Starting to serve on ' + socket));
`;
}
