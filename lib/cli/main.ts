#!/usr/bin/env node
const args = process.argv.slice(2);
// Hooks and editors check at every change: nothing of the other commands is loaded there, and no rule for a help.
const checks = args[0] === 'check' && !args.includes('--help') && !args.includes('-h');
const { run } = (checks ? require('./check-program') : require('./program')) as typeof import('./program');

run(args).then((code) => {
  process.exitCode = code;
});
