/**
 * Where a request of a client leaves a line in the logs.
 *
 * - `proxy`: the access log of nginx in the pod, which `lib/nginx` formats
 * - `balancer`: the log of Google's balancer, which the BackendConfig turns on; for applications without a proxy
 */
export type RequestLogs =
  | {
      readonly from: 'proxy';
      readonly namespace: string;
      /** Value of the pods' `app` label. */
      readonly app: string;
      /** Name of the container that nginx runs in. @default "nginx" */
      readonly container?: string;
      /** Path of the Socket.IO endpoint, as clients use it. */
      readonly path: string;
    }
  | {
      readonly from: 'balancer';
      readonly host: string;
      readonly path: string;
    };

/** Which requests to the Socket.IO endpoint are counted. A handshake is one that does not name a session yet. */
export type CountedRequests = 'badRequests' | 'handshakes' | 'failedHandshakes';

/** What a client cannot have caused by going away: nginx and Google log 499 and 0 for that. */
const FAILED = '(5[0-9][0-9]|4[0-8][0-9]|49[0-8])';

/**
 * The part of an access log line that {@link CountedRequests} are recognized by, as an expression of RE2 that JavaScript reads in the same way. It holds on to the start of the line and to the
 * order of the fields, because what a client sends stands behind them and could say anything.
 */
export function accessLogPattern(counted: CountedRequests, path: string): string {
  const status = { badRequests: '400', handshakes: '[0-9]+', failedHandshakes: FAILED }[counted];
  const request = `^[^=]+ client=[^ ]+ status=${status} request="[A-Z]+ ${literal(path)}`;
  return counted === 'badRequests' ? request : `${request}[^"]*" upgrade="[^"]*" connection="[^"]*" sid=no `;
}

/**
 * A filter in the language of Cloud Logging.
 *
 * @see https://docs.cloud.google.com/logging/docs/view/logging-query-language
 */
export function logFilter(counted: CountedRequests, logs: RequestLogs): string {
  return (logs.from === 'proxy' ? proxyFilter(counted, logs) : balancerFilter(counted, logs)).join('\n');
}

/** The type of the monitored resource that the counted lines belong to, in the language of Cloud Monitoring. */
export function resourceTypeOf(logs: RequestLogs): string {
  return logs.from === 'proxy' ? 'k8s_container' : 'l7_lb_rule';
}

function proxyFilter(counted: CountedRequests, logs: Extract<RequestLogs, { from: 'proxy' }>): readonly string[] {
  return [
    'resource.type="k8s_container"',
    `resource.labels.namespace_name=${quoted(logs.namespace)}`,
    `resource.labels.container_name=${quoted(logs.container ?? 'nginx')}`,
    `labels."k8s-pod/app"=${quoted(logs.app)}`,
    `textPayload=~${quoted(accessLogPattern(counted, logs.path))}`,
  ];
}

function balancerFilter(counted: CountedRequests, logs: Extract<RequestLogs, { from: 'balancer' }>): readonly string[] {
  const status = {
    badRequests: ['httpRequest.status=400'],
    handshakes: [],
    failedHandshakes: ['httpRequest.status>=400', 'httpRequest.status!=499'],
  }[counted];
  return [
    'resource.type="http_load_balancer"',
    `httpRequest.requestUrl=~${quoted(`^https?://${literal(logs.host)}${literal(logs.path)}`)}`,
    ...status,
    ...(counted === 'badRequests' ? [] : ['NOT httpRequest.requestUrl=~"[?&]sid="']),
  ];
}

/** Characters that mean something in an expression, each as a class of its own: a backslash would have to be written differently in every language on the way. */
function literal(text: string): string {
  return text.replace(/[.*+?()|{}[\]$]/g, '[$&]');
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
