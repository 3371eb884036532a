import { type Web, web } from '../system/support';

export const NGINX = 'nginx.ingress.kubernetes.io';
export const ALB = 'alb.ingress.kubernetes.io';
export const livenessProbe = (of: string) => `livenessProbe: { httpGet: { path: /live, port: http }, ${of} }`;

/** Connections through ingress-nginx with Socket.IO's defaults, two pods, a hook that waits, and everything else as it should be. */
export const SOCKETS: Web = {
  paths: ['/socket.io/'],
  ingress: `${NGINX}/affinity: cookie, ${NGINX}/proxy-read-timeout: "120"`,
  pod: 'terminationGracePeriodSeconds: 90',
  container: 'lifecycle: { preStop: { exec: { command: [sleep, "30"] } } }',
};
/** The same without a grace period of its own. */
export const { pod: _pod, ...UNHURRIED } = SOCKETS;
export const BUDGET = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`;
export const CLAIM = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: disk }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
export const DISK = 'volumes: [{ name: disk, persistentVolumeClaim: { claimName: disk } }]';
export const scaler = (min: string, more = '') => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  ${min}
  maxReplicas: 10
  behavior: { scaleDown: { policies: [{ type: Pods, value: 1, periodSeconds: 60 }] } }
  metrics: [{ type: Pods, pods: { metric: { name: ws_connections }, target: { type: AverageValue, averageValue: "100" } } }]
${more}`;
export const gke = (annotations = '', spec = 'timeoutSec: 86400') => `
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: { name: web }
spec: { ${spec} }
${annotations}`;
export const WITH_BUDGET = { ...SOCKETS, more: BUDGET };
/** GKE's Ingress in front of the same, with everything that it needs. */
export const GKE: Web = {
  className: 'gce',
  paths: ['/'],
  service: `cloud.google.com/neg: '{"ingress": true}', cloud.google.com/backend-config: '{"default": "web"}'`,
};

/** The Ingress of `web` names its class in the field; GKE's controller wants the annotation. */
export function onGke(of: Web): string {
  return web({ ...GKE, ...of, ingress: `kubernetes.io/ingress.class: gce, ${of.ingress ?? ''}` }).replace(
    '  ingressClassName: gce\n',
    '',
  );
}

export type Trap = readonly [looks: string, right: string, text: string];
