import type { ApiObject } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checkImage, checkInteger, checkLabelName, checkPort } from '../input/kubernetes';
import { checkSelector, SELECTOR_FIELD } from '../input/labels';
import { type Problems, shown } from '../input/problems';
import { type Reader, reader, settled } from '../input/settings';
import { fitted, hasFields, list, named, number, object, optional, type Shape, text, thing } from '../input/shape';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import { placed } from '../synth/placed';
import { SYNTHETIC_CHECK } from '../timing/fixed';
import {
  type ContainerResources,
  confined,
  RESOURCES_FIELD,
  readResources,
  resourceRequirements,
  type SettledResources,
} from '../workload/container';
import {
  checkEgressTarget,
  EGRESS_FIELD,
  type EgressTarget,
  port,
  toResolvers,
  toTarget,
} from '../workload/network-policy';
import { powerlessAccount } from '../workload/service-account';

/** What is known of a server that is checked; a `WebSocketServer` is one. */
export interface CheckedServer {
  /** The labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** The port of the pods that takes connections. */
  readonly servingPort: number;
}

export interface SyntheticCheckProps {
  /** Name of the CronJob and of everything around it; at most 52 letters, because each Job gets a number of eleven behind it. */
  readonly name: string;

  /** Whose pods may be reached, in the same namespace. */
  readonly server: CheckedServer;

  /** What is checked: the Service from inside, such as `http://chat-service/socket.io/`, or what people connect to. */
  readonly url: string;

  /** An image with `holdfast` in it, with a fixed version. Nobody publishes one for you: of Node's own and `npm install --global holdfast` it is made in two lines. */
  readonly image: string;

  /** How `holdfast` is called in it. @default ["holdfast"] */
  readonly command?: readonly string[];

  /** Where an alert goes: the address of an incoming webhook, from a Secret. Slack, Mattermost and Google Chat take what is sent. */
  readonly webhook: { readonly secret: kplus.ISecret; readonly key: string };

  /** Where the webhook is, and whatever else the check has to reach besides the server. @default PUBLIC_HTTPS, every public address on port 443 */
  readonly egressTo?: readonly EgressTarget[];

  /** How often, from 1 to 59 minutes. @default 5, the documented one */
  readonly everyMinutes?: number;

  /** @default 50m and 96Mi, at most 192Mi */
  readonly resources?: ContainerResources;
}

/** {@link SyntheticCheckProps} with every default filled in. */
export interface SyntheticCheckSettings extends SyntheticCheckProps {
  readonly command: readonly string[];
  readonly egressTo: readonly EgressTarget[];
  readonly everyMinutes: number;
  readonly resources: SettledResources;
}

/** Public addresses, without those of private networks and of the node's own metadata. @see https://www.rfc-editor.org/rfc/rfc6890 */
export const PUBLIC_HTTPS: readonly EgressTarget[] = Object.freeze([
  {
    cidr: '0.0.0.0/0',
    except: ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
    ports: [443],
  },
]);

const RESOURCES: SettledResources = {
  requests: { cpu: '50m', memory: '96Mi' },
  limits: { memory: '192Mi' },
  ephemeralStorage: '16Mi',
};

/** Nobody's in particular, and not root's. */
const USER = 10_001;
/** What a Job adds to the name of its CronJob. @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
const LONGEST_NAME = 52;

/** What is read of a server, which may be a literal. */
const SERVER_SHAPE: Shape<CheckedServer> = { selector: SELECTOR_FIELD, servingPort: number(8080) };

const SHAPE: Shape<SyntheticCheckProps> = {
  name: text('chat-check'),
  server: thing(
    (value) => hasFields(value, ['selector']) && 'selector' in value,
    'a WebSocketServer, or an object with selector and servingPort',
    { selector: { app: 'stand-in' }, servingPort: 8080 },
  ),
  url: text('http://chat-service/socket.io/'),
  image: text('registry.example.com/holdfast:1.0.0'),
  command: optional(list(text('holdfast'), ['holdfast'])),
  webhook: {
    ...object<SyntheticCheckProps['webhook']>({
      secret: named('a Secret of cdk8s-plus: Secret.fromSecretName(scope, id, name)'),
      key: text('url'),
    }),
    allowed: 'a key of a Secret: { secret: Secret.fromSecretName(scope, id, name), key: "url" }',
  },
  egressTo: optional(list(EGRESS_FIELD, [{ cidr: '203.0.113.0/24', ports: [443] }])),
  everyMinutes: optional(number(5)),
  resources: RESOURCES_FIELD,
};

/** Reads what is checked, and notes everything wrong with it. */
export const readSyntheticCheck: Reader<SyntheticCheckProps, SyntheticCheckSettings> = reader(
  SHAPE,
  (problems, props) => {
    const { name, url, image, command = ['holdfast'], egressTo = PUBLIC_HTTPS } = props;
    const { everyMinutes = SYNTHETIC_CHECK.everyMinutes } = props;
    checkLabelName(problems, 'name', name, LONGEST_NAME);
    checkServer(problems.at('server'), props.server);
    checkImage(problems, 'image', image);
    checkInteger(problems, 'everyMinutes', everyMinutes, 1, 59);
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || !/^(https?|wss?):$/.test(parsed.protocol))
      problems.add(
        'url',
        `${shown(url)} is no address; give http://, https://, ws:// or wss://, such as "http://chat-service/socket.io/"`,
      );
    else if (parsed.username !== '' || parsed.password !== '')
      problems.add('url', 'holds a password, and a CronJob is read by many; leave it out');
    if (!/^[-._A-Za-z0-9]{1,253}$/.test(props.webhook.key))
      problems.add(
        'webhook.key',
        `${shown(props.webhook.key)} is not a key of a Secret; use letters, digits, "-", "_" and "."`,
      );
    if (command.length === 0) problems.add('command', 'is empty; leave it out for ["holdfast"]');
    egressTo.forEach((target, i) => {
      checkEgressTarget(problems.at(`egressTo[${i}]`), target);
    });
    const resources = readResources(problems.at('resources'), props.resources, RESOURCES);
    return { ...props, command, egressTo, everyMinutes, resources };
  },
);

/** A `WebSocketServer` was judged; of a literal nothing was. */
function checkServer(problems: Problems, { selector, servingPort }: CheckedServer): void {
  const read = fitted(problems, { selector, servingPort }, SERVER_SHAPE);
  checkSelector(problems, 'selector', read.selector);
  checkPort(problems, 'servingPort', read.servingPort);
}

/**
 * Asks a server from inside its cluster, again and again, whether sessions hold and WebSockets open: `holdfast doctor --quick`, which takes ten seconds, changes nothing and needs no permissions. Where something
 * is wrong the webhook is told what, with the cause; the Job fails, so that it is seen in the cluster too.
 *
 * From inside, it says whether the pods serve; whether people reach them only a check from outside says.
 *
 * @example
 * new SyntheticCheck(chart, 'Check', { name: 'chat-check', server, url: 'http://chat-service/socket.io/', image: 'registry.example.com/holdfast:1.0.0', webhook: { secret, key: 'url' } });
 */
export class SyntheticCheck extends Construct {
  readonly cronJob: ApiObject;
  readonly networkPolicy: ApiObject;
  readonly serviceAccount: ApiObject;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: SyntheticCheckProps) {
    super(...placed(scope, id));
    const settings = settled((problems) => readSyntheticCheck(problems, props));
    const labels = { app: settings.name };
    this.serviceAccount = powerlessAccount(this, settings.name, labels);
    this.networkPolicy = kubeObject(this, 'NetworkPolicy', policyOf(settings, labels));
    this.cronJob = kubeObject(this, 'CronJob', cronJobOf(settings, labels));
  }
}

type Labels = Readonly<Record<string, string>>;

/** Nobody comes in; out go names, the server, and the webhook. */
function policyOf({ name, server, egressTo }: SyntheticCheckSettings, labels: Labels) {
  return k8s.KubeNetworkPolicy.manifest({
    metadata: { name, labels },
    spec: {
      podSelector: { matchLabels: labels },
      // Nobody asks it anything: an API server drops an empty list, and would differ from it at every apply.
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        toResolvers(),
        { to: [{ podSelector: { matchLabels: { ...server.selector } } }], ports: [port('TCP', server.servingPort)] },
        ...egressTo.map(toTarget),
      ],
    },
  });
}

function cronJobOf(settings: SyntheticCheckSettings, labels: Labels) {
  const { name, url, image, command, webhook, everyMinutes, resources } = settings;
  const container = confined(
    {
      name: 'doctor',
      image,
      command: [...command],
      args: ['doctor', url, '--quick', '--no-progress', '--no-color'],
      env: [{ name: 'HOLDFAST_WEBHOOK', valueFrom: { secretKeyRef: { name: webhook.secret.name, key: webhook.key } } }],
      resources: resourceRequirements(resources),
    },
    USER,
  );
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, labels },
    spec: {
      schedule: everyMinutes === 1 ? '* * * * *' : `*/${everyMinutes} * * * *`,
      // A check that hangs must not hold up the next, and two at once tell nothing more than one.
      concurrencyPolicy: 'Replace',
      startingDeadlineSeconds: SYNTHETIC_CHECK.deadlineSeconds,
      suspend: false,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels },
        spec: {
          // The webhook was told already; trying again would tell it twice.
          backoffLimit: 0,
          activeDeadlineSeconds: SYNTHETIC_CHECK.deadlineSeconds,
          completions: 1,
          parallelism: 1,
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: name,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              restartPolicy: 'Never',
              securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
              containers: [container],
            },
          },
        },
      },
    },
  };
}
