import { type Command, Option } from 'commander';
import { InvalidInputError, shown } from '../input/problems';
import type { Manifest } from '../manifest/manifest';
import type { Scraped } from '../observability';
import type { SystemOnPaper } from '../papers';
import { several } from './command-line';
import { bundleAt, systemIn } from './runbook';
import type { Terminal } from './terminal';

interface ObserveArguments {
  readonly workload?: string;
  readonly namespace?: string;
  readonly collector?: 'google' | 'prometheus-operator';
  readonly port?: string;
  readonly scraper: readonly string[];
  readonly label: readonly string[];
  readonly runbookUrl?: string;
  readonly output: 'yaml' | 'dashboard';
}

/** `holdfast observe`: monitors, rules and dashboard for a workload that somebody else's chart makes. */
export function registerObserve(program: Command, terminal: Terminal): void {
  program
    .command('observe')
    .description('print monitors, rules and dashboard for the server in these manifests, from any chart')
    .argument('<where>', 'a folder of manifests, or - for standard input')
    .option('--workload <name>', 'which, where the manifests hold several servers')
    .option('-n, --namespace <name>', 'the namespace it is applied to, where the manifests name none')
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
      const system = systemIn(bundleAt(where, terminal), args);
      if (args.output === 'dashboard') {
        const { dashboard } = require('../observability') as typeof import('../observability');
        terminal.out(`${JSON.stringify(dashboard(system), null, 2)}\n`);
        return;
      }
      const { toYaml } = require('../manifest/yaml') as typeof import('../manifest/yaml');
      const { objects, notes } = observed(system, args);
      terminal.out(objects.map(toYaml).join('---\n'));
      for (const note of notes) terminal.err(`${note}\n`);
    });
}

/** What is to be applied, and what whoever applies it should know. */
function observed(
  system: SystemOnPaper,
  args: ObserveArguments,
): { readonly objects: readonly Manifest[]; readonly notes: readonly string[] } {
  const { podMonitor, rules, scraperPolicy, dashboardConfigMap, SCRAPER_NAMESPACES } =
    require('../observability') as typeof import('../observability');
  const collector = args.collector ?? (system.onGoogle ? 'google' : 'prometheus-operator');
  const problems: string[] = [];
  const { port, portNumber } = portOf(system, args.port, problems);
  const labels = args.label.map((label) => /^([^=]+)=(.*)$/.exec(label)?.slice(1) ?? [label]);
  for (const [name, value] of labels)
    if (value === undefined) problems.push(`--label ${shown(name)} has no value; write ${name}=value`);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const scraped: Scraped = {
    ...system,
    selector: Object.fromEntries(system.selector.split(',').map((pair) => pair.split('=') as [string, string])),
    port,
    portNumber,
    path: '/metrics',
    intervalSeconds: 30,
    scraperNamespaces: args.scraper.length > 0 ? args.scraper : SCRAPER_NAMESPACES[collector],
    labels: Object.fromEntries(labels as [string, string][]),
  };
  const notes = [
    ...(system.toldMetricsPort
      ? []
      : [
          `the rules read what ServerMetrics of holdfast/server exports; where ${system.name} exports something else, WebSocketNoMetrics fires after ten minutes, and nothing else ever`,
        ]),
    ...(portNumber === system.clientPort
      ? [
          `port ${portNumber} is what clients reach, and the metrics are public; serve them on another port, and name that with --port`,
        ]
      : []),
    // The first policy of a pod refuses all that it does not name.
    ...(system.shutIn
      ? []
      : [
          'no NetworkPolicy among these manifests keeps anybody from the pods, so none is written for the scrapers: it would keep out everybody else',
        ]),
  ];
  return {
    notes,
    objects: [
      podMonitor(scraped, collector),
      ...(system.shutIn ? [scraperPolicy(scraped)] : []),
      rules(scraped, collector, args.runbookUrl === undefined ? {} : { runbookUrl: args.runbookUrl }),
      dashboardConfigMap(scraped),
    ],
  };
}

/** Where the metrics are, as a monitor names it, and the number of that port. */
function portOf(
  { name, clientPort, metricsPort, ports }: SystemOnPaper,
  given: string | undefined,
  problems: string[],
): { readonly port: string | number; readonly portNumber: number } {
  const known = [...ports.keys()].join(', ') || 'none with a name';
  // What clients reach is the last place for metrics.
  const [example] = [...ports].flatMap(([called, number]) => (number === clientPort ? [] : [called]));
  const found = given === undefined ? metricsPort : /^\d+$/.test(given) ? Number(given) : ports.get(given);
  if (given === undefined && found === undefined)
    problems.push(
      `no container of ${name} has a port called "metrics"; say where its metrics are with --port, such as --port ${example ?? 9090}`,
    );
  else if (found === undefined)
    problems.push(`--port ${shown(given)} is no port of ${name}; there are ${known}, or give a number`);
  else if (found < 1 || found > 65_535)
    problems.push(`--port ${shown(given)} is no port; give a number from 1 to 65535`);
  return {
    port: given === undefined ? 'metrics' : ports.has(given) ? given : (found ?? 0),
    portNumber: found ?? 0,
  };
}
