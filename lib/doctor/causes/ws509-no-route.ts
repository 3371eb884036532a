import type { Cause } from './cause';

export const ws509: Cause = {
  code: 'WS509',
  title: 'no route takes the request to the server',
  story: 'The balancer or the ingress controller answers 404 itself; the application sees nothing.',
  why: 'Host or path match no rule, so the default backend answers.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource',
  weight: 1.5,
  shows: { 'no-route': 'must', 'answers-elsewhere': 'may', 'ingress-without-controller': 'may' },
  separates: [{ from: 'WS508', by: 'application-answers' }],
  fix: ['Add the host and the path of Socket.IO (with pathType Prefix) to the rule.'],
  runbook: ['kubectl describe ingress   # is the host listed, with this path?'],
};
