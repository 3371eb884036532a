import { Duration } from 'cdk8s';
import { WebSocketChart } from '../../../lib/environments';
import type { Manifest } from '../../../lib/manifest';
import { HoldfastApp } from '../../../lib/synth';
import type { TimingProps } from '../../../lib/timing';
import type { Environment } from '../../../stacks/environment';
import { production } from '../../../stacks/production';

/** Production's shape in seconds that a suite can wait for. */
export const SHORT: TimingProps = {
  pingInterval: Duration.seconds(3),
  pingTimeout: Duration.seconds(4),
  endpointDetach: Duration.seconds(4),
  drain: Duration.seconds(6),
  shutdown: Duration.seconds(2),
  margin: Duration.seconds(10),
};

/** Production's own durations, a third of each, so that the pictures of the two are alike. */
export const PROPORTIONS: TimingProps = {
  ...SHORT,
  endpointDetach: Duration.seconds(10),
  drain: Duration.seconds(17),
  shutdown: Duration.seconds(3),
};

export interface SystemProps {
  readonly namespace: string;
  /** @default SHORT */
  readonly timing?: TimingProps;
  readonly server?: Partial<Environment['server']>;
  /** Leaves the waits of Kubernetes itself as they are. @default false */
  readonly patient?: boolean;
}

/** The production environment under another name. */
export function environment({ namespace, timing = SHORT, server = {} }: SystemProps): Environment {
  const { replicas, ...fixed } = production.server;
  return {
    ...production,
    name: namespace,
    namespace,
    timing,
    server: {
      ...fixed,
      // An autoscaler decides it alone.
      ...(server.autoscaling === undefined && replicas !== undefined ? { replicas } : {}),
      // A node of two cores holds several systems.
      resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      ...server,
    },
  };
}

/** Everything that an environment is made of, ready to be applied. */
export function manifestsOf(props: SystemProps): readonly Manifest[] {
  const app = new HoldfastApp({ outdir: 'unused' });
  new WebSocketChart(app, environment(props));
  const manifests = app.manifests().get(props.namespace) ?? [];
  return props.patient ? manifests : manifests.map(hurried);
}

/** What the schedules of probes become in seconds that a suite can wait for. */
export const HURRIED = {
  readinessProbe: { initialDelaySeconds: 1, periodSeconds: 1, timeoutSeconds: 3 },
  startupProbe: { periodSeconds: 1, failureThreshold: 60 },
  livenessProbe: { initialDelaySeconds: 1, periodSeconds: 2, timeoutSeconds: 2 },
} as const;

/** How soon an autoscaler removes pods: half an hour would be long for a suite. */
const HURRIED_SCALE_DOWN = {
  stabilizationWindowSeconds: 10,
  policies: [{ type: 'Pods', value: 1, periodSeconds: 15 }],
};

/** Waits that no timing decides, shortened: how long a pod must have been ready, how probes look, how long connections must stay away. */
function hurried(manifest: Manifest): Manifest {
  if (!['StatefulSet', 'Deployment', 'HorizontalPodAutoscaler'].includes(manifest.kind)) return manifest;
  return JSON.parse(JSON.stringify(manifest), (key, value) => {
    if (key === 'minReadySeconds') return 2;
    if (key === 'scaleDown') return { ...value, ...HURRIED_SCALE_DOWN };
    return key in HURRIED ? { ...value, ...HURRIED[key as keyof typeof HURRIED] } : value;
  }) as Manifest;
}
