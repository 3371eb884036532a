import { execFileSync } from 'node:child_process';
import path from 'node:path';

/**
 * npm runs this wherever the package is prepared: in a checkout, where nobody needs a build yet, and in the copy that it makes for whoever installs from git
 * (pre-commit does), who gets nothing else. `INIT_CWD` is where somebody called npm.
 */
const from = path.relative(process.cwd(), process.env.INIT_CWD ?? process.cwd());
if (from.startsWith('..') || path.isAbsolute(from)) execFileSync('npm', ['run', 'build'], { stdio: 'inherit' });
