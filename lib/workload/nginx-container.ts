import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkImage } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import { configHashOf } from '../manifest/config-hash';
import { DEFAULT_DRAIN_FLAG, DEFAULT_PROXY_PORT, freshStartCommand, HEALTH_PATH, READY_PATH } from '../nginx';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';
import type { Timing } from '../timing/timing';
import {
  type ContainerResources,
  confined,
  type PlainContainer,
  readResources,
  resourceRequirements,
  type SettledResources,
} from './container';
import { withNginxDrain } from './drain';
import { containerProbes } from './probes';

/**
 * The unprivileged nginx that listens on 8080 as user 101: the oldest of its line without a known vulnerability.
 *
 * @see https://nginx.org/en/security_advisories.html
 */
export const DEFAULT_PROXY_IMAGE = 'nginxinc/nginx-unprivileged:1.30.4-alpine';

/** The user of {@link DEFAULT_PROXY_IMAGE}. */
export const NGINX_USER = 101;

/** All that nginx writes below /tmp besides bodies, in MiB: its process number, the drain flag, empty folders. The node's disk is not for uploads that never end. */
const TMP_MEBIBYTES = 16;

/** Its log, of which the kubelet keeps five files of 10 MiB, and what comes in before it looks again. */
const LOG_MEBIBYTES = 240;

const DEFAULT_NGINX_RESOURCES: SettledResources = {
  requests: { cpu: '50m', memory: '64Mi' },
  limits: { memory: '256Mi' },
  ephemeralStorage: `${LOG_MEBIBYTES + TMP_MEBIBYTES}Mi`,
};

const CONFIGURATION = '/etc/nginx/holdfast/nginx.conf';

/** The least port that a process may take without privileges, unless a sysctl says otherwise. */
const FIRST_UNPRIVILEGED_PORT = 1024;

export interface NginxContainerProps {
  /** Name of the ConfigMap. */
  readonly name: string;
  /** The nginx.conf. */
  readonly conf: string;
  readonly port: number;
  readonly timing: Timing;
  readonly image: string;
  readonly resources: SettledResources;
  /** What it writes below /tmp besides, in KiB. */
  readonly diskKibibytes?: number;
}

/** What every container of nginx is told, with every default filled in. */
export type NginxSettings = Pick<NginxContainerProps, 'port' | 'image' | 'resources'>;

/** Reads what every container of nginx is told. Its port is judged with the configuration that it stands in. */
export function readNginx(
  problems: Problems,
  props: Partial<Omit<NginxSettings, 'resources'>> & { readonly resources?: ContainerResources },
  diskKibibytes = 0,
): NginxSettings {
  const { port = DEFAULT_PROXY_PORT, image = DEFAULT_PROXY_IMAGE } = props;
  checkImage(problems, 'image', image);
  return {
    port,
    image,
    resources: readResources(problems.at('resources'), props.resources, {
      ...DEFAULT_NGINX_RESOURCES,
      ephemeralStorage: `${LOG_MEBIBYTES + tmpMebibytes(diskKibibytes)}Mi`,
    }),
  };
}

/** An nginx with its configuration, and what its pod needs for it. */
export interface NginxContainer {
  readonly configMap: ApiObject;
  readonly container: PlainContainer;
  readonly volumes: readonly k8s.Volume[];
  /** The hash of the configuration as it is written, with every patch that was made to it until it is asked for. */
  readonly configHash: () => string;
  /** Needed on the pod when the port is a privileged one. */
  readonly sysctls: readonly k8s.Sysctl[];
}

/** Adds the ConfigMap of an nginx to `scope` and makes the container that runs on it: unprivileged, on a read-only root, drained by its flag. */
export function nginxContainer(scope: Construct, props: NginxContainerProps): NginxContainer {
  const { name, conf, port, timing } = props;
  const container = confined(
    {
      name: 'nginx',
      image: props.image,
      imagePullPolicy: 'IfNotPresent',
      // Not the image's entry point: it edits the configuration in place, which is read-only here. The shell is replaced, so that nginx hears the stop signal.
      command: [
        '/bin/sh',
        '-c',
        `${freshStartCommand(DEFAULT_DRAIN_FLAG)} && exec nginx -c ${CONFIGURATION} -g 'daemon off;'`,
      ],
      ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
      resources: resourceRequirements(props.resources),
      volumeMounts: [
        // One file and not the folder, which would follow the ConfigMap: a pod that drains reads its configuration again, and must not find that of its successor.
        { name: 'nginx-config', mountPath: CONFIGURATION, subPath: 'nginx.conf', readOnly: true },
        { name: 'nginx-tmp', mountPath: '/tmp' },
      ],
      ...containerProbes({ liveness: HEALTH_PATH, readiness: READY_PATH, startup: HEALTH_PATH }, port, timing),
    },
    NGINX_USER,
  );
  const configMap = kubeObject(
    scope,
    'Config',
    k8s.KubeConfigMap.manifest({ metadata: { name }, data: { 'nginx.conf': conf } }),
  );
  return {
    configMap,
    container: withNginxDrain(container, timing),
    volumes: [
      { name: 'nginx-config', configMap: { name, defaultMode: 0o444 } },
      { name: 'nginx-tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString(`${tmpMebibytes(props.diskKibibytes)}Mi`) } },
    ],
    configHash: () => configHashOf(String(configMap.toJson().data?.['nginx.conf'])),
    sysctls:
      port < FIRST_UNPRIVILEGED_PORT ? [{ name: 'net.ipv4.ip_unprivileged_port_start', value: String(port) }] : [],
  };
}

function tmpMebibytes(diskKibibytes = 0): number {
  return TMP_MEBIBYTES + Math.ceil(diskKibibytes / 1024);
}
