import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * npm runs this wherever the package is prepared: in a checkout, where nobody needs a build yet, and in the copy that it makes for whoever installs from git
 * (pre-commit does), who gets nothing else. `INIT_CWD` is where somebody called npm.
 */
const from = path.relative(process.cwd(), process.env.INIT_CWD ?? process.cwd());
const copied = from.startsWith('..') || path.isAbsolute(from);
const npm = (...args) => execFileSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
if (copied && !fs.existsSync('dist/lib/cli/main.js')) {
  // Where the package goes into the global folder, npm leaves the copy without what builds it: https://github.com/npm/cli/issues/8440
  if (!fs.existsSync('node_modules/typescript')) npm('ci', '--global=false', '--ignore-scripts', '--no-audit');
  npm('run', 'build', '--global=false');
}
