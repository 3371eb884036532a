import { threadRule } from '../patterns/thread-rule';

export const ws230 = threadRule({
  code: 'WS230',
  level: 'error',
  title: 'every route leads to a Service and port that exist',
  story: 'The path answers 404 or 502, or the whole Ingress stops syncing, over a name that was changed in one place.',
  why: 'An Ingress names its Service and port by text; nothing checks them when it is applied. A VirtualService names a subset as well, which a DestinationRule has to define: without it Istio knows no pods, and answers 503.',
  fix: 'Name a Service of the same namespace, and one of its ports; define a subset in the DestinationRule of its host.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource',
  at: 'service',
});
