/** What is changed in the text, and what is then found: the code, its level, the object and the field. */
export type Fault = readonly [named: string, from: string, to: string, found: string];

export const field = (name: string) => `metadata.annotations["${name}"]`;

const NLB = 'service.beta.kubernetes.io/aws-load-balancer';
const AZURE = 'service.beta.kubernetes.io/azure-load-balancer';

/** Of the balancers that a Service asks a cloud for. */
export const CLOUD_FAULTS: Readonly<Record<'aws-nlb' | 'azure-lb' | 'gcp-passthrough', readonly Fault[]>> = {
  'aws-nlb': [
    [
      'idle below the ping',
      'seconds=400',
      'seconds=20',
      `WS116 error Service/chat ${field(`${NLB}-listener-attributes.TCP-443`)}`,
    ],
    [
      'no stickiness',
      'stickiness.enabled=true',
      'stickiness.enabled=false',
      `WS226 warning Service/chat ${field(`${NLB}-target-group-attributes`)}`,
    ],
    [
      'stickiness to a node alone',
      'target-type: ip',
      'target-type: instance',
      'WS226 warning Service/chat spec.sessionAffinity',
    ],
    [
      'Socket.IO asked for health',
      `${NLB}-type: external`,
      `${NLB}-type: external\n    ${NLB}-healthcheck-path: /socket.io/`,
      `WS220 error Service/chat ${field(`${NLB}-healthcheck-path`)}`,
    ],
    ...[
      'connection-idle-timeout: "400"',
      'connection-draining-enabled: "true"',
      'connection-draining-timeout: "60"',
    ].map(
      (written): Fault => [
        `${written}, which only a Classic Load Balancer reads`,
        `${NLB}-type: external`,
        `${NLB}-type: external\n    ${NLB}-${written}`,
        `WS206 warning Service/chat ${field(`${NLB}-${written.replace(/:.*/, '')}`)}`,
      ],
    ),
    [
      'made by Kubernetes’ own controller, which binds nobody',
      `${NLB}-type: external
    ${NLB}-nlb-target-type: ip
    ${NLB}-target-group-attributes: stickiness.enabled=true,stickiness.type=source_ip
    ${NLB}-listener-attributes.TCP-443: tcp.idle_timeout.seconds=400`,
      `${NLB}-type: nlb`,
      `WS226 warning Service/chat ${field(`${NLB}-type`)}`,
    ],
  ],
  'azure-lb': [
    [
      'no affinity',
      'sessionAffinity: ClientIP',
      'sessionAffinity: None',
      'WS226 warning Service/chat spec.sessionAffinity',
    ],
    [
      'a server that is silent for longer',
      '"25000"',
      '"900000"',
      `WS116 error Service/chat ${field(`${AZURE}-tcp-idle-timeout`)}`,
    ],
    [
      'Socket.IO asked for health',
      'azure-load-balancer-tcp-idle-timeout: "10"',
      'azure-load-balancer-health-probe-request-path: /socket.io/',
      `WS220 error Service/chat ${field(`${AZURE}-health-probe-request-path`)}`,
    ],
  ],
  'gcp-passthrough': [
    [
      'no affinity',
      'sessionAffinity: ClientIP',
      'sessionAffinity: None',
      'WS226 warning Service/chat spec.sessionAffinity',
    ],
    ['a server that is silent for longer', '"25000"', '"900000"', 'WS116 error Service/chat spec.type'],
  ],
};
