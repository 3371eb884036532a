import { threadRule } from '../patterns/thread-rule';

export const ws317 = threadRule({
  code: 'WS317',
  level: 'error',
  title: 'a Service behind a route selects pods',
  story: 'The route is there, the pods are there, and between them is one label that differs: 502 for everybody.',
  why: 'A Service sends to the pods that carry all labels of its selector.',
  fix: 'Use the labels of the pod template.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes',
  at: 'pods',
});
