import type { Command } from 'commander';
import { InvalidInputError, shown } from '../input/problems';
import type { Terminal } from './terminal';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** One command as a shell completes it. */
interface Completed {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly flag: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
}

/** `holdfast completion`: what a shell has to know, read from the commands themselves, so that none is forgotten. */
export function registerCompletion(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .description('print what a shell needs to complete commands and options: source <(holdfast completion bash)')
    .argument('<shell>', SHELLS.join(', '))
    .action((shell: string) => terminal.out(completion(program, shell)));
}

function completion(program: Command, shell: string): string {
  if (!SHELLS.includes(shell as Shell))
    throw new InvalidInputError([`shell: ${shown(shell)} is unknown; give one of ${SHELLS.join(', ')}`]);
  const commands: readonly Completed[] = program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.options.map((option) => ({
      flag: option.long ?? option.short ?? '',
      description: option.description,
      choices: option.argChoices ?? [],
    })),
  }));
  return WRITERS[shell as Shell](commands);
}

const WRITERS: Readonly<Record<Shell, (commands: readonly Completed[]) => string>> = {
  bash: (commands) => bash(commands),
  // zsh understands the functions of bash.
  zsh: (commands) =>
    `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`,
  fish: (commands) => fish(commands),
};

function bash(commands: readonly Completed[]): string {
  const valued = commands.flatMap(({ name, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ flag, choices }) => `    ${name}:${flag}) words='${choices.join(' ')}' ;;`),
  );
  const flags = commands.map(
    ({ name, options }) => `      ${name}) words='${options.map(({ flag }) => flag).join(' ')}' ;;`,
  );
  return [
    '_holdfast() {',
    `  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=`,
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words='${commands.map(({ name }) => name).join(' ')}'`,
    '  else case "$command:$before" in',
    ...valued,
    '    *) case "$current" in -*) case "$command" in',
    ...flags,
    '    esac ;; esac ;;',
    '  esac; fi',
    '  # Nothing of ours: files.',
    '  [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$current")) || COMPREPLY=($(compgen -f -- "$current"))',
    '}',
    'complete -o filenames -F _holdfast holdfast kubectl-holdfast',
    '',
  ].join('\n');
}

function fish(commands: readonly Completed[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  return [
    ...commands.map(
      ({ name, description }) => `complete -c holdfast -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ),
    ...commands.flatMap(({ name, options }) =>
      options.map(({ flag, description, choices }) => {
        const value = choices.length > 0 ? ` -xa ${quoted(choices.join(' '))}` : '';
        return `complete -c holdfast -n '__fish_seen_subcommand_from ${name}' -l ${flag.replace(/^--/, '')}${value} -d ${quoted(description)}`;
      }),
    ),
    '',
  ].join('\n');
}
