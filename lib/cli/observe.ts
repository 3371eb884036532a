import { type Command, Option } from 'commander';
import { InvalidInputError, shown } from '../input/problems';
import type { Manifest } from '../manifest/manifest';
import { toYaml } from '../manifest/yaml';
import { dashboard, dashboardConfigMap, podMonitor, rules, type Scraped, scraperPolicy } from '../observability';
import type { SystemOnPaper } from '../papers';
import { bundleAt, systemIn } from './runbook';
import type { Terminal } from './terminal';

interface ObserveArguments {
  readonly workload?: string;
  readonly collector?: 'google' | 'prometheus-operator';
  readonly port?: string;
  readonly scraper: readonly string[];
  readonly label: readonly string[];
  readonly runbookUrl?: string;
  readonly output: 'yaml' | 'dashboard';
}

/** `holdfast observe`: monitors, rules and dashboard for a workload that somebody else's chart makes. */
export function registerObserve(program: Command, terminal: Terminal): void {
  const several = (value: string, before: string[]): string[] => [...before, value];
  program
    .command('observe')
    .description('print monitors, rules and dashboard for the server in these manifests, from any chart')
    .argument('<where>', 'a folder of manifests, or - for standard input')
    .option('--workload <name>', 'which, where the manifests hold several servers')
    .addOption(
      new Option('--collector <who>', 'who scrapes (default: google behind a balancer of GKE)').choices([
        'google',
        'prometheus-operator',
      ]),
    )
    .option('--port <port>', 'where its metrics are: a name or number (default: the port called metrics)')
    .option('--scraper <namespace>', 'namespace that the scrapers run in', several, [])
    .option('--label <name=value>', 'label by which an operator chooses what it reads', several, [])
    .option('--runbook-url <url>', 'the page that alerts link to')
    .addOption(
      new Option('-o, --output <format>', 'objects to apply, or the dashboard alone')
        .choices(['yaml', 'dashboard'])
        .default('yaml'),
    )
    .action((where: string, args: ObserveArguments) => {
      const { systemsOnPaper } = require('../papers') as typeof import('../papers');
      const system = systemIn(
        where === '-' ? bundleOf(terminal) : bundleAt(where, terminal.cwd),
        systemsOnPaper,
        args.workload,
      );
      terminal.out(
        args.output === 'dashboard'
          ? `${JSON.stringify(dashboard(system), null, 2)}\n`
          : objects(system, args).map(toYaml).join('---\n'),
      );
    });
}

function bundleOf(terminal: Terminal) {
  const { loadTexts } = require('../manifest/load') as typeof import('../manifest/load');
  const { bundle, problems } = loadTexts(new Map([['standard input', terminal.stdin()]]));
  if (problems.length > 0) throw new InvalidInputError(problems);
  return bundle;
}

function objects(system: SystemOnPaper, args: ObserveArguments): readonly Manifest[] {
  const { onGoogle, appPort } = system;
  const collector = args.collector ?? (onGoogle ? 'google' : 'prometheus-operator');
  const number = args.port === undefined ? system.metricsPort : Number(args.port);
  const named = args.port !== undefined && Number.isNaN(number);
  const portNumber = named ? system.metricsPort : number;
  const problems: string[] = [];
  if (portNumber === undefined)
    problems.push(
      `no container of ${system.name} has a port called "metrics"; say where its metrics are with --port, such as --port ${appPort ?? 9090}`,
    );
  else if (!Number.isInteger(portNumber) || portNumber < 1 || portNumber > 65_535)
    problems.push(`--port ${shown(args.port)} is no port; give a number from 1 to 65535`);
  const labels = args.label.map((label) => /^([^=]+)=(.*)$/.exec(label)?.slice(1) ?? [label]);
  for (const [name, value] of labels)
    if (value === undefined) problems.push(`--label ${shown(name)} has no value; write ${name}=value`);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const scraped: Scraped = {
    ...system,
    selector: Object.fromEntries(system.selector.split(',').map((pair) => pair.split('=') as [string, string])),
    port: args.port === undefined ? 'metrics' : named ? args.port : (portNumber as number),
    portNumber: portNumber as number,
    path: '/metrics',
    intervalSeconds: 30,
    scraperNamespaces:
      args.scraper.length > 0
        ? args.scraper
        : collector === 'google'
          ? ['gmp-system', 'gke-gmp-system']
          : ['monitoring'],
    labels: Object.fromEntries(labels as [string, string][]),
  };
  return [
    podMonitor(scraped, collector),
    scraperPolicy(scraped),
    rules(scraped, collector, args.runbookUrl === undefined ? {} : { runbookUrl: args.runbookUrl }),
    dashboardConfigMap(scraped),
  ];
}
