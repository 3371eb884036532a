import { threadRule } from '../patterns/thread-rule';

export const ws316 = threadRule({
  code: 'WS316',
  level: 'error',
  title: 'a Service targets a port that its pods have',
  story: 'The Service has no endpoints, or nobody listens at them: 502 for everybody, while every pod is green.',
  why: 'A targetPort in letters is looked up among the names of the containers’ ports, and a pod without that name is left out. A number is taken as it is: a port need not be declared, so one that is missing among those that are may still be open, and is a warning.',
  fix: 'Name the port in the container, or target its number.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  at: 'target',
});
