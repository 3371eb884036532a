import { annotationOf } from '../../manifest/annotation';
import { textOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { jsonMapping } from '../../system/backend-binding';
import { isGkeIngress } from '../../system/backend-config';
import type { Controller } from '../../system/entrance';
import { servedEntrances } from '../../system/evidence';
import { ALB_VERSION, GKE_PROTOCOLS, H2C, NGINX_PROTOCOL } from '../../system/http2';
import { ENTRANCE_KINDS, platformOf } from '../../system/platforms/all';
import type { ServicePort } from '../../system/route';
import type { Observation, Rule } from '../rule';

export const ws213: Rule = {
  code: 'WS213',
  level: 'error',
  title: 'the balancer speaks HTTP/1.1 to a WebSocket backend',
  story: 'Every upgrade answers 502. Clients fall back to long-polling, if they may.',
  why: 'An upgrade is a mechanism of HTTP/1.1, and no balancer translates it to HTTP/2 or gRPC.',
  fix: 'Say HTTP (or HTTPS) for the port instead of HTTP2.',
  source: 'https://github.com/kubernetes/ingress-gce/issues/855',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const { route, service, port, controller } of servedEntrances(bundle)) {
      yield* elsewhere(route, service, port, controller);
      if (!isGkeIngress(controller)) continue;
      for (const name of GKE_PROTOCOLS) {
        const text = annotationOf(service, name);
        const value = text === undefined ? undefined : jsonMapping(text);
        const key = textOf(port?.value.name) ?? '';
        if (value?.[key] !== 'HTTP2') continue;
        const path = ['metadata', 'annotations', name];
        yield {
          object: service,
          path,
          actual: `'${text}'`,
          expected: `{"${key}":"HTTP"}`,
          fix: `write '${JSON.stringify({ ...value, [key]: 'HTTP' })}'`,
          suggestions: [{ path, value: JSON.stringify({ ...value, [key]: 'HTTP' }) }],
        };
      }
    }
  },
};

/** Where the other balancers are told to speak something else. */
function* elsewhere(
  route: Manifest,
  service: Manifest,
  port: ServicePort | undefined,
  controller: Controller,
): Iterable<Observation> {
  const protocol = textOf(port?.value.appProtocol);
  if (port !== undefined && protocol !== undefined && H2C.test(protocol) && platformOf(controller) !== undefined)
    yield {
      object: service,
      path: ['spec', 'ports', port.index, 'appProtocol'],
      actual: `"${protocol}"`,
      expected: 'HTTP/1.1: kubernetes.io/ws, http, or nothing',
      fix: 'write kubernetes.io/ws, or leave it out',
    };
  const version = controller === 'ingress-nginx' ? annotationOf(route, NGINX_VERSION) : undefined;
  if (version === '1.0')
    yield {
      object: route,
      path: ['metadata', 'annotations', NGINX_VERSION],
      actual: '"1.0"',
      expected: 'HTTP/1.1',
      fix: 'remove it: 1.1 is the default',
      suggestions: [{ path: ['metadata', 'annotations', NGINX_VERSION] }],
    };
  const annotated = { 'aws-alb': ALB_VERSION, 'ingress-nginx': NGINX_PROTOCOL }[controller as string];
  if (annotated === undefined) return;
  for (const object of [route, service]) {
    const text = annotationOf(object, annotated);
    if (text === undefined || !/^(HTTP2|GRPCS?|FCGI)$/i.test(text)) continue;
    yield {
      object,
      path: ['metadata', 'annotations', annotated],
      actual: `"${text}"`,
      expected: 'HTTP/1.1',
      fix: controller === 'aws-alb' ? 'write HTTP1, or remove it' : 'write HTTP, or remove it',
    };
  }
}

const NGINX_VERSION = 'nginx.ingress.kubernetes.io/proxy-http-version';
