#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { CLAUSES } from '../server/conformance/clauses';
import { conformance } from '../server/conformance/conformance';
import { realTerminal } from './terminal';

const HELP = `holdfast-conformance [--ready <path>] [--path <path>] [--socket-io] [--json] -- <command> [arguments…]

Starts a server of any language and holds it against the contract: docs/server-contract.md.

  --ready <path>  where readiness is asked (default: /ready)
  --path <path>   where WebSockets are served (default: /, and /socket.io/ with --socket-io)
  --socket-io     it is Socket.IO that is served there (default: where the path begins with /socket.io/)
  --json          results as JSON

Exit code: 0 the server keeps to the contract, 1 it does not, 2 the command line cannot be meant.
`;

const terminal = realTerminal();

async function main(): Promise<number> {
  const dashes = process.argv.indexOf('--');
  const command = dashes === -1 ? [] : process.argv.slice(dashes + 1);
  const { values } = parseArgs({
    args: process.argv.slice(2, dashes === -1 ? undefined : dashes),
    options: {
      ready: { type: 'string' },
      path: { type: 'string' },
      'socket-io': { type: 'boolean' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { ready, path, 'socket-io': socketIo, json, help } = values;
  if (help) {
    terminal.out(HELP);
    return 0;
  }
  if (command.length === 0) throw new Error('no command; write it behind --, as in: -- python3 server.py');
  const results = await conformance({
    command,
    ...(ready === undefined ? {} : { ready }),
    ...(path === undefined ? {} : { path }),
    ...(socketIo === undefined ? {} : { socketIo }),
    onResult: ({ code, sentence, ok, seen }) => {
      if (!json) terminal.out(`${ok ? '√' : '×'} ${code}: ${sentence}\n${ok ? '' : `    ${seen}\n`}`);
    },
  });
  const untried = CLAUSES.slice(results.length).map(({ code }) => code);
  if (json) terminal.out(`${JSON.stringify(results, undefined, 2)}\n`);
  else if (untried.length > 0) terminal.out(`- not tried, for a server that is like this: ${untried.join(', ')}\n`);
  return results.every(({ ok }) => ok) ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    terminal.err(`${error.message}\n`);
    process.exitCode = 2;
  },
);
