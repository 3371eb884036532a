import type { Bundle } from '../lib/manifest';
import { inXml } from '../lib/timing/timeline-svg';

/** Something on the way of a connection that can be set: what it says, and where it stands. */
interface Knob {
  /** `VALUE` is what the manifests say. */
  readonly says: string;
  readonly kind: string;
  /** The way to the value; `$NAME` is a variable of the application's environment, in milliseconds or as text. */
  readonly path: string;
  readonly unit?: string;
  /** Does it follow from the timing? */
  readonly derived?: true;
}

const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;

/** The way of a connection, hop by hop. */
const WAY: readonly (readonly [hop: string, knobs: readonly Knob[]])[] = [
  [
    'client',
    [
      { says: 'asks for VALUE', kind: 'Ingress', path: 'spec.rules.0.host' },
      { says: 'trusts the certificate of VALUE', kind: 'ManagedCertificate', path: 'spec.domains.0' },
      { says: 'is sent from http to https: VALUE', kind: 'FrontendConfig', path: 'spec.redirectToHttps.enabled' },
      { says: 'is pinged every VALUE', kind: 'Deployment', path: '$SOCKET_HEARTBEAT_INTERVAL_MS', derived: true },
      { says: 'has VALUE to answer', kind: 'Deployment', path: '$SOCKET_HEARTBEAT_GRACE_MS', derived: true },
    ],
  ],
  [
    'balancer',
    [
      {
        says: 'a connection lives VALUE at most',
        kind: 'BackendConfig',
        path: 'spec.timeoutSec',
        unit: ' s',
        derived: true,
      },
      { says: 'binds a client by VALUE', kind: 'BackendConfig', path: 'spec.sessionAffinity.affinityType' },
      {
        says: 'for VALUE',
        kind: 'BackendConfig',
        path: 'spec.sessionAffinity.affinityCookieTtlSec',
        unit: ' s',
        derived: true,
      },
      {
        says: 'leaves a pod that goes alone for VALUE',
        kind: 'BackendConfig',
        path: 'spec.connectionDraining.drainingTimeoutSec',
        unit: ' s',
        derived: true,
      },
      { says: 'asks every pod for VALUE', kind: 'BackendConfig', path: 'spec.healthCheck.requestPath' },
      { says: 'reaches pods directly: VALUE', kind: 'Service', path: 'metadata.annotations.cloud#google#com/neg' },
    ],
  ],
  [
    'pod',
    [
      {
        says: 'takes new connections while VALUE',
        kind: 'Deployment',
        path: `${CONTAINER}.readinessProbe.httpGet.path`,
      },
      {
        says: 'told to go: VALUE',
        kind: 'Deployment',
        path: `${CONTAINER}.lifecycle.preStop.exec.command.2`,
        derived: true,
      },
      {
        says: 'is killed after VALUE',
        kind: 'Deployment',
        path: `${POD}.terminationGracePeriodSeconds`,
        unit: ' s',
        derived: true,
      },
      {
        says: 'a rollout takes VALUE pods away',
        kind: 'Deployment',
        path: 'spec.strategy.rollingUpdate.maxUnavailable',
      },
      { says: 'a node drain takes VALUE at a time', kind: 'PodDisruptionBudget', path: 'spec.maxUnavailable' },
      { says: 'is reached from VALUE, of Google', kind: 'NetworkPolicy', path: 'spec.ingress.0.from.0.ipBlock.cidr' },
    ],
  ],
  [
    'application',
    [
      { says: 'closes a few at a time over VALUE', kind: 'Deployment', path: '$SOCKET_DRAIN_MS', derived: true },
      { says: 'then has VALUE to flush', kind: 'Deployment', path: '$SOCKET_SHUTDOWN_MS', derived: true },
      { says: 'keeps idle HTTP alive for VALUE', kind: 'Deployment', path: '$HTTP_KEEP_ALIVE_MS', derived: true },
      { says: 'reaches other pods by VALUE', kind: 'Deployment', path: '$SOCKET_ADAPTER' },
    ],
  ],
];

const WIDTH = 1180;
const MARGIN = 16;
const GAP = 20;
const COLUMN = (WIDTH - 2 * MARGIN - (WAY.length - 1) * GAP) / WAY.length;
const TOP = 76;
const HEAD = 30;
const ROW = 40;
/** Letters that a field may have, so that it stays in its column. */
const FIELD = 41;

/**
 * Where each knob sits on the way of a connection, with the values of one system: from its manifests, so that a knob that is no longer written there is no picture.
 *
 * @param source what the numbers follow from, as it stands in the program
 */
export function wayPicture(objects: Bundle, source: string): string {
  const bottom = TOP + HEAD + Math.max(...WAY.map(([, knobs]) => knobs.length)) * ROW + 12;
  const title = 'Where each setting sits on the way of a connection';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 30}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${title}</title>`,
    '<rect width="100%" height="100%" fill="#f3f4f6"/>',
    `<rect x="${MARGIN}" y="12" width="${WIDTH - 2 * MARGIN}" height="32" rx="6" fill="#2563eb"/>`,
    `<text x="${WIDTH / 2}" y="33" text-anchor="middle" fill="#ffffff" font-family="ui-monospace, monospace" font-size="13">${inXml(source)}</text>`,
    ...WAY.flatMap(([hop, knobs], i) => column(hop, knobs, MARGIN + i * (COLUMN + GAP), i, bottom, objects)),
    `<text x="${MARGIN}" y="${bottom + 20}" fill="#4b5563"><tspan fill="#2563eb" font-weight="600">blue</tspan> follows from the two numbers above; everything is read from the manifests of examples/minimal.ts</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function column(hop: string, knobs: readonly Knob[], x: number, i: number, bottom: number, objects: Bundle): string[] {
  const middle = x + COLUMN / 2;
  return [
    `<path d="M${middle} 44v${TOP - 44}" stroke="#2563eb" stroke-dasharray="3 3"/>`,
    `<rect x="${x}" y="${TOP}" width="${COLUMN}" height="${bottom - TOP}" rx="6" fill="#ffffff" stroke="#d1d5db"/>`,
    `<text x="${middle}" y="${TOP + 21}" text-anchor="middle" font-size="15" font-weight="600" fill="#111827">${hop}</text>`,
    ...(i === 0
      ? []
      : [
          `<path d="M${x - GAP} ${TOP + 16}h${GAP - 6}m-5 -5l6 5l-6 5" fill="none" stroke="#111827" stroke-width="2"/>`,
        ]),
    ...knobs.flatMap((knob, row) => drawn(knob, x + 12, TOP + HEAD + row * ROW + 18, objects)),
  ];
}

function drawn(knob: Knob, x: number, y: number, objects: Bundle): string[] {
  const [before = '', after = ''] = knob.says.split('VALUE').map(inXml);
  const value = `<tspan font-weight="600" fill="${knob.derived ? '#2563eb' : '#111827'}">${inXml(valueAt(knob, objects))}</tspan>`;
  return [
    `<text x="${x}" y="${y}" fill="#374151">${before}${value}${after}</text>`,
    `<text x="${x}" y="${y + 14}" fill="#6b7280" font-family="ui-monospace, monospace" font-size="10">${inXml(fieldOf(knob))}</text>`,
  ];
}

/** The field, shortened to what tells it from others. */
function fieldOf({ kind, path }: Knob): string {
  if (path.startsWith('$')) return `env ${path.slice(1)}`;
  const segments = path.replaceAll(/\.(exec|httpGet|command|from|\d+)(?=\.|$)/g, '').split('.');
  const labels = [2, 1].map((last) => `${kind} ${segments.slice(-last).join('.').replaceAll('#', '.')}`);
  return labels.find((label) => label.length <= FIELD) ?? (labels.at(-1) as string);
}

function valueAt(knob: Knob, objects: Bundle): string {
  const { kind, path, unit = '' } = knob;
  const object = objects.objects.find((one) => one.kind === kind);
  const found = path.startsWith('$') ? variable(step(object, CONTAINER), path.slice(1)) : step(object, path);
  if (found === undefined) throw new Error(`the manifests have no ${kind} ${path}, which the picture shows`);
  return `${found}${unit}`;
}

function variable(container: unknown, name: string): string | undefined {
  const { env } = container as { env: readonly { name: string; value?: string }[] };
  const value = env.find((one) => one.name === name)?.value;
  return value !== undefined && name.endsWith('_MS') ? `${Number(value) / 1000} s` : value;
}

function step(from: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name.replaceAll('#', '.')], from);
}
