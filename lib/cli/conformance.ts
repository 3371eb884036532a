#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { conformance } from './conformance';

const HELP = `holdfast-conformance [--ready <path>] [--path <path>] [--json] -- <command> [arguments…]

Starts a server of any language and holds it against the contract: docs/server-contract.md.

  --ready <path>  where readiness is asked (default: /ready)
  --path <path>   where WebSockets are served (default: /)
  --json          results as JSON

Exit code: 0 the server keeps to the contract, 1 it does not, 2 the command line cannot be meant.
`;

async function main(): Promise<number> {
  const dashes = process.argv.indexOf('--');
  const command = dashes === -1 ? [] : process.argv.slice(dashes + 1);
  const { values } = parseArgs({
    args: process.argv.slice(2, dashes === -1 ? undefined : dashes),
    options: {
      ready: { type: 'string', default: '/ready' },
      path: { type: 'string', default: '/' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (command.length === 0) throw new Error('no command; write it behind --, as in: -- python3 server.py');
  const results = await conformance({
    command,
    ready: values.ready,
    path: values.path,
    onResult: ({ code, sentence, ok, seen }) => {
      if (!values.json) process.stdout.write(`${ok ? '√' : '×'} ${code}: ${sentence}\n${ok ? '' : `    ${seen}\n`}`);
    },
  });
  if (values.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
  return results.every(({ ok }) => ok) ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);
