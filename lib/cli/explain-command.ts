import type { Command } from 'commander';
import { InvalidInputError } from '../input/problems';
import type { Done } from './command-line';
import type { Terminal } from './terminal';

/** The stories of all rules, and what follows a route: loaded by whoever needs them. */
const stories = () => require('./explain') as typeof import('./explain');
const following = () => require('./explain-route') as typeof import('./explain-route');

/** `holdfast explain`. */
export function registerExplain(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('explain')
    .description(
      'tell the story of a rule: what happens, why, and what to do about it; or follow a route to its process',
    )
    .argument('[codes...]', 'such as WS201; without any, all rules are listed; with --route, files and folders')
    .option(
      '--route <host/path>',
      'follow requests for this address through the manifests that are named, step by step',
    )
    .option('--json', 'print the steps of --route as data', false)
    .action((given: string[], { route, json }: { route?: string; json: boolean }) => {
      if (route !== undefined) done(following().explainRoute(route, given, json, terminal));
      else if (json) throw new InvalidInputError(['--json prints the steps of --route; give one, or leave it out']);
      else {
        const { explain, list } = stories();
        terminal.out(given.length === 0 ? list('text') : given.map((code) => explain(code)).join('\n'));
      }
    });
}
