import { App, Chart, Duration, Testing } from 'cdk8s';
import { ALB_READINESS_GATE } from '../../../lib/ingress';
import { RestrictedNamespace } from '../../../lib/workload';
import { problemsOf } from '../../problems';
import { manifestsOn, only, secret, TIMING } from '../support';

const ARN = 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const PREFIX = 'alb.ingress.kubernetes.io/';

/** The chat backend as its documents describe it. */
const documented = {
  timing: { ...TIMING, affinityTtl: Duration.hours(24) },
  props: {
    name: 'chat-backend-alb',
    tls: { certificates: [ARN] },
    redirectToHttps: false,
    tags: { Environment: 'production', Service: 'chat-backend', ManagedBy: 'kubernetes' },
  },
};

type Given = Parameters<typeof manifestsOn>[1];

const annotationsOf = (given: Given): Record<string, string> =>
  Object.fromEntries(
    Object.entries(only(manifestsOn('aws-alb', given), 'Ingress').metadata.annotations as Record<string, string>).map(
      ([name, value]) => [name.replace(PREFIX, ''), value],
    ),
  );

/** What the controller does with a list of attributes: splits at commas, then at the first "=". An item without one is an error. */
function parsed(line: string): Record<string, string> {
  return Object.fromEntries(
    line.split(',').map((item) => {
      const [name, value, ...rest] = item.split('=');
      expect([name?.trim(), value?.trim(), rest]).toEqual([name, value, []]);
      return [name as string, value as string];
    }),
  );
}

/** Every annotation that is written, with what the controller takes. A misspelt name would be ignored without a word. */
const GRAMMAR: Readonly<Record<string, RegExp>> = {
  'backend-protocol': /^(HTTP|HTTPS)$/,
  'backend-protocol-version': /^(HTTP1|HTTP2|GRPC)$/,
  'certificate-arn': /^arn:aws[^,]*(,arn:aws[^,]*)*$/,
  'healthcheck-interval-seconds': /^\d+$/,
  'healthcheck-path': /^\//,
  'healthcheck-port': /^(traffic-port|\d+)$/,
  'healthcheck-protocol': /^(HTTP|HTTPS)$/,
  'healthcheck-timeout-seconds': /^\d+$/,
  'healthy-threshold-count': /^\d+$/,
  'listen-ports': /^\[\{"HTTP":\d+\}(,\{"HTTPS":\d+\})?\]$/,
  'load-balancer-attributes': /^[^=,\s]+=[^=,]+(,[^=,\s]+=[^=,]+)*$/,
  scheme: /^(internal|internet-facing)$/,
  'ssl-policy': /^ELBSecurityPolicy-/,
  'ssl-redirect': /^\d+$/,
  'success-codes': /^\d{3}(-\d{3})?$/,
  tags: /^[^=,\s]+=[^=,]*(,[^=,\s]+=[^=,]*)*$/,
  'target-group-attributes': /^[^=,\s]+=[^=,]+(,[^=,\s]+=[^=,]+)*$/,
  'target-type': /^(ip|instance)$/,
  'unhealthy-threshold-count': /^\d+$/,
};

test('writes every documented annotation: the values as documented, the drain as derived', () => {
  expect(annotationsOf(documented)).toEqual({
    scheme: 'internet-facing',
    'target-type': 'ip',
    'backend-protocol': 'HTTP',
    'backend-protocol-version': 'HTTP1',
    'listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
    'target-group-attributes':
      'deregistration_delay.timeout_seconds=170,stickiness.enabled=true,stickiness.lb_cookie.duration_seconds=86400,stickiness.type=lb_cookie',
    'healthcheck-path': '/health',
    'healthcheck-port': 'traffic-port',
    'healthcheck-protocol': 'HTTP',
    'healthcheck-interval-seconds': '15',
    'healthcheck-timeout-seconds': '5',
    'healthy-threshold-count': '2',
    'unhealthy-threshold-count': '3',
    'success-codes': '200',
    'load-balancer-attributes': 'idle_timeout.timeout_seconds=80',
    'certificate-arn': ARN,
    tags: 'Environment=production,ManagedBy=kubernetes,Service=chat-backend',
  });
  const { spec } = only(manifestsOn('aws-alb', documented), 'Ingress');
  expect(spec).toMatchObject({ ingressClassName: 'alb', rules: [{ host: 'chat.example.com' }] });
  expect(spec.rules[0].http.paths[0].backend.service).toEqual({ name: 'chat-backend', port: { number: 3001 } });
});

test.each<[string, Given]>([
  ['as documented', documented],
  ['plain HTTP', {}],
  [
    'with everything',
    { props: { tls: { managed: true }, sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06', tags: { a: 'b' } } },
  ],
  ['without affinity', { props: { affinity: 'none' } }],
])('writes only what the controller reads, in the form that it reads: %s', (_title, given) => {
  for (const [name, value] of Object.entries(annotationsOf(given))) {
    expect({ name, known: Object.hasOwn(GRAMMAR, name) }).toEqual({ name, known: true });
    expect(value).toMatch(GRAMMAR[name] as RegExp);
    expect(value).not.toMatch(/\n|,$/);
  }
});

test('drains for as long as the pods do', () => {
  const { 'target-group-attributes': line = '' } = annotationsOf({
    timing: { ...TIMING, drain: Duration.seconds(300) },
  });
  expect(parsed(line)['deregistration_delay.timeout_seconds']).toBe('420');
});

test('redirects to HTTPS where there is TLS, and finds the certificate of the host by itself', () => {
  const found = annotationsOf({ props: { tls: { managed: true } } });
  expect(found['ssl-redirect']).toBe('443');
  expect(found).not.toHaveProperty('certificate-arn');
  expect(annotationsOf({})['listen-ports']).toBe('[{"HTTP":80}]');
  expect(annotationsOf({})).not.toHaveProperty('ssl-redirect');
});

test('adds attributes of the caller to one canonical line, whatever their order', () => {
  const attributes = { 'slow_start.duration_seconds': '30', 'load_balancing.algorithm.type': 'round_robin' };
  const reversed = Object.fromEntries(Object.entries(attributes).reverse());
  const line = (targetGroupAttributes: Record<string, string>) =>
    annotationsOf({ props: { targetGroupAttributes } })['target-group-attributes'] ?? '';
  expect(line(attributes)).toBe(line(reversed));
  expect(parsed(line(attributes))).toMatchObject({ ...attributes, 'stickiness.enabled': 'true' });
  expect(annotationsOf({ props: { loadBalancerAttributes: { 'access_logs.s3.enabled': 'true' } } })).toMatchObject({
    'load-balancer-attributes': 'access_logs.s3.enabled=true,idle_timeout.timeout_seconds=80',
  });
});

test('the label that makes new pods wait for the balancer goes on the namespace', () => {
  const chart = new Chart(new App(), 'test');
  new RestrictedNamespace(chart, 'Namespace', { name: 'chat', labels: ALB_READINESS_GATE });
  expect(Testing.synth(chart)[0].metadata.labels).toEqual({
    'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled',
    'pod-security.kubernetes.io/audit': 'restricted',
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/warn': 'restricted',
  });
});

test('fails with every wrong property', () => {
  const props = {
    scheme: 'public' as never,
    tls: { certificates: ['chat.example.com'] },
    sslPolicy: 'modern',
    tags: { Team: 'a,b', 'bad name': 'x' },
    loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '60' },
    targetGroupAttributes: { 'stickiness.enabled': 'false' },
    healthCheck: { checkIntervalSeconds: 4, timeoutSeconds: 4, healthyThreshold: 1, path: '/socket.io/' },
  };
  expect(problemsOf(() => manifestsOn('aws-alb', { props }))).toEqual([
    expect.stringContaining('healthCheck.path: "/socket.io/" is the Socket.IO endpoint'),
    'healthCheck.checkIntervalSeconds: 4 is out of range; give a whole number from 5 to 300',
    'healthCheck.healthyThreshold: 1 is out of range; give a whole number from 2 to 10',
    'healthCheck.timeoutSeconds: 4 s is not shorter than the interval of 4 s, which AWS refuses; set it to at most 3 s',
    'scheme: "public" is unknown; give "internet-facing" or "internal"',
    expect.stringContaining('tls.certificates[0]: "chat.example.com" is not the ARN of a certificate'),
    expect.stringContaining('sslPolicy: "modern" is not a policy of AWS'),
    expect.stringContaining('tags.Team: "a,b" cannot stand in the list'),
    expect.stringContaining('tags.bad name: is not a name'),
    'loadBalancerAttributes.idle_timeout.timeout_seconds: is written from the timing and the affinity; change those instead',
    'targetGroupAttributes.stickiness.enabled: is written from the timing and the affinity; change those instead',
  ]);
  expect(problemsOf(() => manifestsOn('aws-alb', { props: { tls: { secret: secret('x') } } }))).toEqual([
    'tls: cannot come from "secret" on the AWS Application Load Balancer; give "certificates" or "managed"',
  ]);
  expect(
    problemsOf(() => manifestsOn('aws-alb', { props: { sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' } })),
  ).toEqual(['sslPolicy: is for TLS; give tls, or leave it out']);
});
