import { alertName } from '../observability/prometheus-rules';
import { rolloutSeconds } from './numbers';
import type { SystemOnPaper } from './system-on-paper';

/** Before a deployment, or after it. */
export type ChecklistName = 'pre' | 'post';

/** What the doctor ticks an item with. What it does not see is ticked by hand. */
export interface Tick {
  /** None of these rules finds anything in the live objects; `errors` are all rules of that level. */
  readonly rules?: readonly string[] | 'errors';
  /** None of these is seen. */
  readonly observations?: readonly string[];
  /** No cause is named, and nothing is abnormal that none explains. */
  readonly diagnosis?: true;
  /** At the edge too, and with sockets that stay. */
  readonly whole?: true;
  /** No rollout is under way, and every pod is ready. */
  readonly rollout?: true;
  /** Handshakes at the edge are answered. */
  readonly edge?: true;
}

export interface ChecklistItem {
  readonly list: ChecklistName;
  /** The healthy condition. */
  readonly holds: (system: SystemOnPaper) => string;
  /** What shows it to a person. */
  readonly by: (system: SystemOnPaper) => string;
  readonly tick?: Tick;
}

const kubectl = ({ namespace }: SystemOnPaper): string => `kubectl -n ${namespace}`;
const address = ({ host }: SystemOnPaper): string => (host === undefined ? 'ADDRESS' : `https://${host}`);
const looked = ({ host, scheme, path }: SystemOnPaper): string =>
  `${host === undefined ? 'ADDRESS' : `${scheme}://${host}`}${path}`;
const quiet = (id: Parameters<typeof alertName>[0]) => (): string => `alert \`${alertName(id)}\` did not fire.`;

/** Both lists, in order: the paper prints them, and `holdfast doctor --checklist` ticks them. */
export const CHECKLIST: readonly ChecklistItem[] = [
  {
    list: 'pre',
    holds: () => 'The manifests hold what they promise',
    by: ({ carried }) =>
      carried ? '`holdfast check manifests/` exits 0.' : '`holdfast check` of what is applied finds no error.',
    tick: { rules: 'errors' },
  },
  {
    list: 'pre',
    // What somebody else's manifests do not say is no number of theirs.
    holds: ({ carried, timing: t }) =>
      carried
        ? `The drain fits into the grace period (${t.preStopSeconds} + ${t.drainSeconds} + ${t.shutdownSeconds} s of ${t.terminationGracePeriodSeconds} s)`
        : `The drain fits into the grace period of ${t.terminationGracePeriodSeconds} s`,
    by: () => 'rules WS105 to WS109, `holdfast explain WS105`.',
    tick: { rules: ['WS105', 'WS106', 'WS107', 'WS108', 'WS109'] },
  },
  {
    list: 'pre',
    holds: () => 'Affinity is written',
    by: () => 'rule WS227, `holdfast explain WS227`.',
    tick: { rules: ['WS227'] },
  },
  {
    list: 'pre',
    holds: () => 'The balancer asks a path that is there, without a database behind it',
    by: () => 'rules WS304, WS305.',
    tick: {
      rules: ['WS304', 'WS305'],
      observations: ['health-path-answers-404', 'health-names-dependency', 'unhealthy-for-balancer'],
    },
  },
  {
    list: 'pre',
    holds: () => 'Nothing is wrong now',
    by: (system) => `\`holdfast doctor ${looked(system)} --quick\` exits 0.`,
    tick: { diagnosis: true },
  },
  {
    list: 'pre',
    holds: () => 'No pod is missing',
    by: (system) => `\`${kubectl(system)} rollout status ${system.kind}/${system.name} --timeout 5s\``,
    tick: { rollout: true },
  },
  {
    list: 'pre',
    holds: () => 'No alert is firing',
    by: ({ namespace, name }) =>
      `panel “Pods that are ready” and \`ALERTS{namespace="${namespace}",app="${name}",alertstate="firing"}\` has no series.`,
  },
  {
    list: 'pre',
    holds: () => 'The way back is known',
    by: (system) => `\`${kubectl(system)} rollout history ${system.kind}/${system.name}\``,
  },
  {
    list: 'post',
    holds: (system) => `The rollout is over, within ${rolloutSeconds(system)} s`,
    by: (system) =>
      `\`${kubectl(system)} rollout status ${system.kind}/${system.name} --timeout ${rolloutSeconds(system)}s\``,
    tick: { rollout: true },
  },
  {
    list: 'post',
    holds: () => 'It answers from outside',
    by: (system) => `\`curl -sfi ${address(system)}${system.healthPath}\``,
    tick: { edge: true },
  },
  {
    list: 'post',
    holds: () => 'Sessions hold, upgrades pass, sockets stay',
    by: (system) => `\`holdfast doctor ${looked(system)}\` exits 0.`,
    tick: { diagnosis: true, whole: true },
  },
  {
    list: 'post',
    holds: () => 'People came back',
    by: () => `panel “Active connections”, ${quiet('reconnect-storm')()}`,
  },
  { list: 'post', holds: () => 'Handshakes do not fail more often than before', by: quiet('rollout-regression') },
  {
    list: 'post',
    holds: () => 'No pod needed more than its time',
    by: quiet('drain-overrun'),
    tick: { observations: ['killed-at-grace'] },
  },
  { list: 'post', holds: () => 'No pod dropped its people', by: quiet('closed-at-once') },
  {
    list: 'post',
    holds: () => 'No container was killed',
    by: () => 'panel “How containers ended last” shows no 137.',
    tick: { observations: ['out-of-memory', 'killed-at-grace', 'liveness-killed'] },
  },
];

export function itemsOf(list: ChecklistName): readonly ChecklistItem[] {
  return CHECKLIST.filter((item) => item.list === list);
}

/** Before and after a deployment. Each item names what ticks it. */
export function checklists(system: SystemOnPaper): string {
  const lines = (list: ChecklistName) =>
    itemsOf(list)
      .map(({ holds, by }) => `- [ ] ${holds(system)}: ${by(system)}`)
      .join('\n');
  return `# Checklists: ${system.namespace}/${system.name}

## Before a deployment

${lines('pre')}

## After a deployment

${lines('post')}
`;
}
