import { annotationOf, annotationsOf } from '../../manifest/annotation';
import { numberOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { Entrance } from '../entrance';
import { annotatedHealthChecks } from './annotated-health-checks';
import { albAttributes } from './aws-alb';
import { LOAD_BALANCER, SESSION_AFFINITY } from './load-balancer';
import type { Affinity, Dialect, Platform, Unread } from './platform';
import { settingAt } from './setting';

const PREFIX = 'service.beta.kubernetes.io/aws-load-balancer-';
const TARGETS = `${PREFIX}target-group-attributes`;
const PROBE_PATH = `${PREFIX}healthcheck-path`;
const IDLE = 'tcp.idle_timeout.seconds';

/**
 * The AWS Load Balancer Controller with a Network Load Balancer: lists of attributes in annotations of the Service, one for each listener. Its drain is none: unless it is told to, a target
 * that goes keeps its connections for as long as they last.
 */
const ANNOTATED: Dialect = {
  reader: 'the AWS Load Balancer Controller',
  prefixes: [],
  kinds: [],
  healthCheckKinds: ['Service'],
  settings: (_bundle, name, entrances) =>
    name !== 'timeout' ? [] : entrances.flatMap((entrance) => idleTimeout(entrance)),
  affinity: (_bundle, { service }) => affinity(service),
  unread,
  healthChecks: (bundle) => annotatedHealthChecks(bundle, ['Service'], PROBE_PATH),
};

export const AWS_NLB: Platform = {
  kind: 'aws-nlb',
  cloud: 'aws',
  passesThrough: true,
  owns: {
    routes: [LOAD_BALANCER],
    // A type that is not written may be a Classic Load Balancer: who makes it is decided in the cluster.
    classes:
      /^(service\.k8s\.aws\/nlb|eks\.amazonaws\.com\/nlb|service\.beta\.kubernetes\.io\/aws-load-balancer-type=(nlb|nlb-ip|external))$/,
    classIn: 'field',
  },
  dialect: ANNOTATED,
};

/**
 * Read for a Classic Load Balancer only.
 *
 * @see https://cloud-provider-aws.sigs.k8s.io/service_controller/
 */
const CLASSIC: Readonly<Record<string, string>> = {
  'connection-idle-timeout': `${IDLE} in ${PREFIX}listener-attributes.TCP-<port>`,
  'connection-draining-enabled': `deregistration_delay.timeout_seconds in ${TARGETS}`,
  'connection-draining-timeout': `deregistration_delay.timeout_seconds in ${TARGETS}`,
};

function unread(service: Manifest): readonly Unread[] {
  const classic = Object.entries(CLASSIC).map(([name, instead]) => ({
    annotation: `${PREFIX}${name}`,
    reader: 'a Classic Load Balancer',
    instead: byKubernetes(service) ? `${MADE_BY_CONTROLLER}, and ${instead}` : instead,
  }));
  return classic.filter(({ annotation }) => annotationOf(service, annotation) !== undefined);
}

const MADE_BY_CONTROLLER = `${PREFIX}type: external`;

/** What the AWS Load Balancer Controller reads, and nobody else. Whoever writes one has it, and from 2.5 on it takes every new Service without a class. */
const OF_CONTROLLER = /^(listener-attributes\.|nlb-target-type$|target-group-attributes$|scheme$|attributes$|name$)/;

/**
 * Type `nlb` is a balancer of Kubernetes' own controller, which tells neither its listeners nor its targets how long, and refuses sessionAffinity; unless something shows that the other
 * controller takes it.
 *
 * @see https://github.com/kubernetes/cloud-provider-aws/blob/master/pkg/providers/v1/aws.go
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb/
 */
function byKubernetes(service: Manifest): boolean {
  const names = annotationsOf(service).flatMap(([name]) =>
    name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [],
  );
  return (
    annotationOf(service, `${PREFIX}type`) === 'nlb' &&
    valueAt(service, ['spec', 'loadBalancerClass']) === undefined &&
    !names.some((name) => OF_CONTROLLER.test(name))
  );
}

function idleTimeout(entrance: Entrance) {
  const { service, reference } = entrance;
  const annotation = `${PREFIX}listener-attributes.TCP-${reference.port}`;
  const path = ['metadata', 'annotations', annotation];
  const at = { name: 'timeout', object: service, kind: 'aws-nlb', entrances: [entrance], value: undefined } as const;
  if (endsTls(entrance)) {
    return settingAt({
      ...at,
      path: ['metadata', 'annotations', `${PREFIX}ssl-cert`],
      text: undefined,
      seconds: undefined,
      label: `${IDLE} of the TLS listener on port ${reference.port}, which has none`,
      change: (seconds) =>
        `end TLS behind the balancer, where a listener of TCP takes ${IDLE}=${seconds}, or let the server ping more often`,
    });
  }
  if (byKubernetes(service)) {
    return settingAt({
      ...at,
      path: ['metadata', 'annotations', `${PREFIX}type`],
      text: undefined,
      seconds: undefined,
      label: `${IDLE} of port ${reference.port}, which Kubernetes’ own controller does not set`,
      change: (seconds) =>
        `let the AWS Load Balancer Controller make it (${MADE_BY_CONTROLLER}, on a new Service), where ${annotation} takes ${IDLE}=${seconds}`,
    });
  }
  const text = albAttributes(annotationOf(service, annotation)).get(IDLE);
  return settingAt({
    ...at,
    path,
    text,
    seconds: numberOf(text),
    label: `${IDLE} of port ${reference.port}`,
    change: (seconds) => `write ${IDLE}=${seconds} in ${annotation}`,
  });
}

/** Does the balancer hold the certificate for a port? */
function endsTls({ service, reference, port }: Entrance): boolean {
  if (annotationOf(service, `${PREFIX}ssl-cert`) === undefined) return false;
  const ports = annotationOf(service, `${PREFIX}ssl-ports`)?.split(',');
  return (
    ports === undefined || ports.some((one) => ['*', wordsOf(reference.port), port?.value.name].includes(one.trim()))
  );
}

/** With pods as targets the balancer chooses the pod. With nodes as targets it chooses a node, and there kube-proxy chooses again. */
function affinity(service: Manifest): Affinity {
  if (byKubernetes(service)) {
    return {
      bound: false,
      object: service,
      path: ['metadata', 'annotations', `${PREFIX}type`],
      words: 'a balancer of Kubernetes’ own controller, which binds nobody and refuses sessionAffinity',
      change: `let the AWS Load Balancer Controller make it (${MADE_BY_CONTROLLER}, on a new Service), with stickiness.enabled=true,stickiness.type=source_ip in ${TARGETS}`,
      edits: [],
    };
  }
  const toPods =
    annotationOf(service, `${PREFIX}nlb-target-type`) === 'ip' || annotationOf(service, `${PREFIX}type`) === 'nlb-ip';
  const sticky = albAttributes(annotationOf(service, TARGETS)).get('stickiness.enabled') === 'true';
  const onNodes = valueAt(service, SESSION_AFFINITY) === 'ClientIP';
  if (sticky && !toPods && !onNodes) {
    return {
      bound: false,
      object: service,
      path: SESSION_AFFINITY,
      words: 'stickiness to a node, behind which kube-proxy takes any pod',
      change: `set sessionAffinity to ClientIP as well, or ${PREFIX}nlb-target-type to ip`,
      edits: [{ path: SESSION_AFFINITY, value: 'ClientIP' }],
    };
  }
  return {
    bound: sticky,
    object: service,
    path: ['metadata', 'annotations', TARGETS],
    words: sticky ? 'stickiness.enabled=true' : 'no stickiness',
    change: `write stickiness.enabled=true,stickiness.type=source_ip in ${TARGETS}${toPods ? '' : ', and set sessionAffinity to ClientIP'}`,
    edits: [],
  };
}
