import { ApiObject, JsonPatch } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import { checkLabelName, checkPort } from '../input/kubernetes';
import { checkSelector } from '../input/labels';
import { type Problems, shown } from '../input/problems';
import { type Reader, reader, settled } from '../input/settings';
import { anything, number, object, optional, record, type Shape, text, thing } from '../input/shape';
import * as k8s from '../synth/k8s';
import { CONTRACT } from '../timing/contract';
import { TIMING_ANNOTATION, timingAnnotation } from '../timing/read-timing';
import type { Timing } from '../timing/timing';
import { TIMING_FIELD } from '../timing/timing-field';
import type { BackendFacts, WebSocketBackend } from './backend';
import { checkPreStopHook, type PreStopHook, withPreStop } from './drain';
import { checkProbes, containerProbes, type Probes } from './probes';

export interface ExistingServerProps {
  /** Name of the Deployment or StatefulSet, and of the Service that an entrance makes for it unless told otherwise. */
  readonly name: string;

  /** The labels that select its pods. @default - those of {@link ExistingServerProps.workload} */
  readonly selector?: Readonly<Record<string, string>>;

  /** A workload of cdk8s-plus in the same app, instead of a selector. */
  readonly workload?: kplus.Workload;

  /** The port that its pods listen on. @default - that of the first container of {@link ExistingServerProps.workload} */
  readonly port?: number;

  /** Every duration, from `deriveTiming`. */
  readonly timing: Timing;

  /** Name of the container that serves. @default - the first one of {@link ExistingServerProps.workload}, or the name of the workload */
  readonly container?: string;

  /** What the kubelet is to ask. @default - `/health` for liveness and startup, `/ready` for readiness */
  readonly probes?: Partial<Probes>;

  /** How the container is to hold its stop signal back: with `sleep` of its image, or of the kubelet. @default "exec" */
  readonly preStopHook?: PreStopHook;
}

/** {@link ExistingServerProps} with every default filled in and every value checked. */
export interface ExistingServerSettings extends ExistingServerProps {
  readonly selector: Readonly<Record<string, string>>;
  readonly port: number;
  readonly container: string;
  readonly probes: Probes;
  readonly preStopHook: PreStopHook;
}

const SHAPE: Shape<ExistingServerProps> = {
  name: text('chat'),
  selector: optional(record(text('chat'), { app: 'chat' })),
  workload: optional(
    thing(
      (value) => typeof value === 'object' && value !== null && 'matchLabels' in value && 'containers' in value,
      'a Deployment or StatefulSet of cdk8s-plus',
      undefined,
    ),
  ),
  port: optional(number(3000)),
  timing: TIMING_FIELD,
  container: optional(text('chat')),
  probes: optional(object<Partial<Probes>>({ liveness: anything, readiness: anything, startup: anything })),
  preStopHook: anything,
};

/** Reads what is said of a workload that is there already, and notes everything wrong with it. */
export const readExistingServer: Reader<ExistingServerProps, ExistingServerSettings> = reader(
  SHAPE,
  (problems, props) => {
    const { name, workload, preStopHook = 'exec' } = props;
    const first = workload?.containers[0];
    const selector = props.selector ?? { ...workload?.matchLabels };
    const port = props.port ?? first?.port;
    checkLabelName(problems, 'name', name);
    checkPods(problems, props, selector);
    if (port === undefined) problems.add('port', 'is missing; give the port that the pods listen on, such as 3000');
    else checkPort(problems, 'port', port);
    const container = props.container ?? first?.name ?? name;
    checkLabelName(problems, 'container', container);
    const probes = { liveness: '/health', readiness: '/ready', startup: '/health', ...props.probes };
    checkProbes(problems.at('probes'), probes);
    checkPreStopHook(problems, preStopHook);
    return { ...props, selector: Object.freeze({ ...selector }), port: port ?? 0, container, probes, preStopHook };
  },
);

function checkPods(problems: Problems, props: ExistingServerProps, selector: Readonly<Record<string, string>>) {
  if (props.selector !== undefined && props.workload !== undefined) {
    problems.add('selector', 'and workload say the same thing twice; leave one out');
  } else if (props.selector === undefined && props.workload === undefined) {
    problems.add('selector', 'is missing; give the labels that select the pods, such as { app: "chat" }, or workload');
  } else {
    checkSelector(problems, 'selector', selector);
  }
}

/** Nobody is kept out by a policy of ours; what keeps others out, its owner knows. */
const OPEN: BackendFacts['traffic'] = { ingressFrom: ['0.0.0.0/0', '::/0'], ingressFromNamespaces: [] };

/**
 * A server that somebody else's manifests make: a Deployment of cdk8s-plus in the same chart, a Helm chart, whatever `kubectl` applied. What stands in front of it is as right as in front
 * of a {@link WebSocketServer}; the workload is left alone. What its pods have to have for the connections to last is said, and given as an object to merge.
 *
 * @example
 * const server = new ExistingServer({ name: 'chat', selector: { app: 'chat' }, port: 3000, timing: deriveTiming() });
 * new GkeWebSocketEdge(chart, 'Edge', { name: 'chat', host: 'chat.example.com', server, tls: { managed: true } });
 * console.error(server.needs.join('\n'));
 */
export class ExistingServer implements WebSocketBackend {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly servingPort: number;
  readonly timing: Timing;
  readonly traffic = OPEN;
  /** How many addresses a proxy in its pods believes in, nobody here knows. */
  readonly addressesAppended = undefined;

  /** What the pods have to have and the application has to do, a sentence each. */
  readonly needs: readonly string[];

  private readonly container: string;
  private readonly preStopHook: PreStopHook;
  private readonly fields: Readonly<Record<string, unknown>>;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(props: ExistingServerProps) {
    const settings = settled((problems) => readExistingServer(problems, props));
    const { name, selector, port, timing, container, probes, preStopHook } = settings;
    this.name = name;
    this.selector = selector;
    this.servingPort = port;
    this.timing = timing;
    this.container = container;
    this.preStopHook = preStopHook;
    const { name: _name, ...fields } = withPreStop(
      k8s.toJson_Container({ name: container, ...containerProbes(probes, port, timing) }) as { name: string },
      timing,
      preStopHook,
    );
    this.fields = fields;
    this.needs = Object.freeze(needsOf(settings));
  }

  /**
   * What the workload has to have, as a strategic merge patch: for `kubectl patch --patch-file`, for `patches` of a kustomization, or to be merged into the values of a chart.
   */
  get podPatch(): Readonly<Record<string, unknown>> {
    return {
      metadata: { annotations: { [TIMING_ANNOTATION]: timingAnnotation(this.timing) } },
      spec: {
        template: {
          spec: {
            terminationGracePeriodSeconds: this.timing.terminationGracePeriodSeconds,
            containers: [{ name: this.container, ...this.fields }],
          },
        },
      },
    };
  }

  /**
   * Merges {@link ExistingServer.podPatch} into a workload of the same app.
   *
   * @throws {InvalidInputError} when it has no container of that name
   */
  mergeInto(workload: ApiObject | kplus.Workload): void {
    const object = workload instanceof ApiObject ? workload : ApiObject.of(workload);
    const pod = '/spec/template/spec';
    const names: readonly string[] = (object.toJson().spec?.template?.spec?.containers ?? []).map(
      (container: { readonly name: string }) => container.name,
    );
    const index = names.indexOf(this.container);
    settled((problems) => {
      if (object.toJson !== ApiObject.prototype.toJson && this.preStopHook === 'sleep')
        problems.add(
          'preStopHook',
          '"sleep" is unknown to the objects of cdk8s-plus-28, which would drop it; give "exec", or apply podPatch to what they write',
        );
      if (index < 0)
        problems.add(
          'container',
          `${shown(this.container)} is none of this workload, which has ${names.length === 0 ? 'no containers' : names.map(shown).join(', ')}; name the one that serves`,
        );
    });
    object.metadata.addAnnotation(TIMING_ANNOTATION, timingAnnotation(this.timing));
    const fields = object.toJson === ApiObject.prototype.toJson ? this.fields : asTyped(this.fields);
    object.addJsonPatch(
      JsonPatch.add(`${pod}/terminationGracePeriodSeconds`, this.timing.terminationGracePeriodSeconds),
      ...Object.entries(fields).map(([name, value]) => JsonPatch.add(`${pod}/containers/${index}/${name}`, value)),
    );
  }
}

/** As the classes of cdk8s-plus take it, which read what may be a number or a string from a class and drop what is neither. */
function asTyped(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (name === 'port') return [name, { value }];
      const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [name, nested ? asTyped(value as Readonly<Record<string, unknown>>) : value];
    }),
  );
}

function needsOf({ timing: t, container, port, preStopHook, probes }: ExistingServerSettings): string[] {
  const { heartbeatIntervalMs, heartbeatGraceMs } = CONTRACT;
  const asked = Object.entries(probes).flatMap(([name, probe]) =>
    probe === 'off' ? [] : [`${name} ${typeof probe === 'string' ? probe : JSON.stringify(probe)}`],
  );
  return [
    `The pod has terminationGracePeriodSeconds ${t.terminationGracePeriodSeconds}: preStop ${t.preStopSeconds} s, drain ${t.drainSeconds} s, shutdown ${t.shutdownSeconds} s and a margin.`,
    `Container ${shown(container)} has a preStop hook that waits ${t.preStopSeconds} s (${preStopHook === 'exec' ? `sleep ${t.preStopSeconds}, with sleep in its image` : 'sleep of the kubelet, Kubernetes 1.30 or newer'}): the balancer may still send it connections.`,
    `It answers its probes on port ${port}: ${asked.length === 0 ? 'none' : asked.join(', ')}.`,
    `The application pings every ${t.pingIntervalSeconds} s and waits ${t.pingTimeoutSeconds} s for the answer (${heartbeatIntervalMs.variable} and ${heartbeatGraceMs.variable}, in milliseconds, where it reads them).`,
    `After its stop signal it closes its connections over ${t.drainSeconds} s, and is gone ${t.shutdownSeconds} s later; it keeps idle HTTP connections for ${t.keepAliveSeconds} s, longer than the balancer.`,
    `No NetworkPolicy keeps the balancer from port ${port} of the pods.`,
  ];
}
