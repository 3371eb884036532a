import type { BaseName, Copy } from './bases';
import type { Where } from './faults';

export const only =
  (...names: readonly BaseName[]): Where =>
  (_base, name) =>
    names.includes(name);
export const GKE = only('own GKE', 'foreign GKE');
export const CONFIG = 'BackendConfig';
export const ALB = 'alb.ingress.kubernetes.io';
export const NGINX = 'nginx.ingress.kubernetes.io';
export const config = (path: readonly string[], value: unknown) => (c: Copy) =>
  c.set(c.of(CONFIG), ['spec', ...path], value);
export const onIngress = (name: string, value: string | undefined) => (c: Copy) => c.annotate(c.route, name, value);
export const onService = (name: string, value: string | undefined) => (c: Copy) =>
  c.annotate(c.of('Service'), name, value);
