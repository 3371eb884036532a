import { annotationOf } from '../../manifest/annotation';
import { numberOf } from '../../manifest/field';
import { groupedBy } from '../../manifest/grouped';
import { INGRESS } from '../route';
import { annotatedHealthChecks } from './annotated-health-checks';
import type { Dialect, Platform, SettingName } from './platform';
import { settingAt } from './setting';

/** The prefix of every annotation that AWS' controller reads. */
export const ALB_PREFIX = 'alb.ingress.kubernetes.io/';

/** The annotation of AWS' controller that holds each attribute. */
export const ALB_ATTRIBUTES = {
  timeout: { annotation: `${ALB_PREFIX}load-balancer-attributes`, attribute: 'idle_timeout.timeout_seconds' },
  drain: { annotation: `${ALB_PREFIX}target-group-attributes`, attribute: 'deregistration_delay.timeout_seconds' },
  affinityTtl: {
    annotation: `${ALB_PREFIX}target-group-attributes`,
    attribute: 'stickiness.lb_cookie.duration_seconds',
  },
} as const satisfies Partial<Record<SettingName, { readonly annotation: string; readonly attribute: string }>>;

/** `a=1,b=2`, over several lines or not, the way AWS' controller reads it. */
export function albAttributes(text: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    (text ?? '').split(',').map((item) => {
      const equals = item.indexOf('=');
      return equals === -1 ? [item.trim(), ''] : [item.slice(0, equals).trim(), item.slice(equals + 1).trim()];
    }),
  );
}

/** The AWS Load Balancer Controller: lists of attributes in annotations of the Ingress. */
export const ALB_ANNOTATIONS: Dialect = {
  reader: 'the AWS Load Balancer Controller',
  prefixes: [ALB_PREFIX],
  kinds: [],
  healthCheckKinds: ['Ingress', 'Service'],
  settings: (_bundle, name, entrances) => {
    if (name === 'lifetime' || name === 'answer') return [];
    const { annotation, attribute } = ALB_ATTRIBUTES[name];
    return [...groupedBy(entrances, ({ route }) => route)].flatMap(([object, through]) => {
      const text = albAttributes(annotationOf(object, annotation)).get(attribute);
      return settingAt({
        name,
        object,
        path: ['metadata', 'annotations', annotation],
        kind: 'aws-alb',
        entrances: through,
        text,
        seconds: numberOf(text),
        label: attribute,
        change: (seconds) => `write ${attribute}=${seconds} in ${annotation}`,
        // The annotation holds other attributes too.
        value: undefined,
      });
    });
  },
  affinity: (_bundle, { route }) => {
    const { annotation } = ALB_ATTRIBUTES.affinityTtl;
    const enabled = albAttributes(annotationOf(route, annotation)).get('stickiness.enabled');
    return {
      bound: enabled === 'true',
      object: route,
      path: ['metadata', 'annotations', annotation],
      words: enabled === 'true' ? 'stickiness.enabled=true' : 'no stickiness',
      change: 'write stickiness.enabled=true,stickiness.type=lb_cookie in target-group-attributes',
      edits: [],
    };
  },
  // On the Ingress for all targets, on a Service for its own.
  healthChecks: (bundle) => annotatedHealthChecks(bundle, ['Ingress', 'Service'], `${ALB_PREFIX}healthcheck-path`),
};

export const AWS_ALB: Platform = {
  kind: 'aws-alb',
  cloud: 'aws',
  owns: { routes: [INGRESS], classes: /alb/, classIn: 'field' },
  dialect: ALB_ANNOTATIONS,
};
