#!/usr/bin/env node
const args = process.argv.slice(2);
// Hooks and editors check at every change: nothing of the other commands is loaded there, and no rule for a help.
const checks = args[0] === 'check' && !args.includes('--help') && !args.includes('-h');
// Node 20 optimizes what runs for half a second as if it ran for hours, a fifth of the work; later versions wait longer by themselves.
if (checks && process.version.startsWith('v20.')) require('node:v8').setFlagsFromString('--interrupt-budget=300000');
const { run } = (checks ? require('./check-program') : require('./program')) as typeof import('./program');

// A command that waits for what never comes ends as if nothing were wrong: Node ends where nothing is left to wait for.
process.exitCode = 2;
run(args).then((code) => {
  process.exitCode = code;
});
