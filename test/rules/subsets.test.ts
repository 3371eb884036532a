import { loadTexts } from '../../lib/manifest';
import { checkLoaded } from '../../lib/rules';
import { threadsOf } from '../../lib/system';
import { bundleOf } from '../system/support';
import { fixes, told } from './told';

const rule = (spec: string, name = 'chat', namespace = 'live') => `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
`;
const V1 = 'subsets: [{ name: v1, labels: { version: v1 } }]';
/** A VirtualService that sends everybody to one subset of a Service. */
const mesh = (subset: string, rules: string, host = 'chat') => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: chat, namespace: live }
spec:
  gateways: [edge]
  hosts: [chat.example.com]
  http: [{ match: [{ uri: { prefix: /ws } }], route: [{ destination: { host: ${host}, subset: ${subset} } }] }]
---
apiVersion: v1
kind: Service
metadata: { name: chat, namespace: live }
spec: { selector: { app: chat }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: chat, namespace: live }
spec:
  template:
    metadata: { labels: { app: chat, version: v1 } }
    spec: { containers: [{ name: chat, image: "chat:1", ports: [{ name: http, containerPort: 80 }] }] }
${rules}`;
const GONE =
  'VirtualService chat: spec.http[0].route[0].destination.subset: subset v2 of Service chat, which DestinationRule chat does not define';

test.each<[what: string, text: string]>([
  ['a rule with another subset', mesh('v2', rule(`host: chat, ${V1}`))],
  ['a rule without subsets', mesh('v2', rule('host: chat, trafficPolicy: {}'))],
  ['a rule for the host in full', mesh('v2', rule(`host: chat.live.svc.cluster.local, ${V1}`))],
  ['a route to the host in full', mesh('v2', rule(`host: chat, ${V1}`), 'chat.live.svc.cluster.local')],
  ['a rule for every Service of the namespace', mesh('v2', rule(`host: "*.live.svc.cluster.local", ${V1}`))],
])('WS230: a subset that is not there, beside %s', (_what, text) => {
  expect(told('WS230', text)).toEqual([GONE]);
});

test('WS230 says which subsets there are', () => {
  const text = mesh('v2', rule(`host: chat, ${V1}`));
  expect(fixes('WS230', text)).toEqual(['define subset v2 in DestinationRule chat, or name one that it has']);
  expect(threadsOf(bundleOf(text)).map(({ steps }) => steps.at(-1))).toMatchObject([
    { at: 'service', state: 'broken', expected: 'one of its subsets: v1' },
  ]);
});

test.each<[what: string, text: string]>([
  ['one that the rule defines', mesh('v1', rule(`host: chat, ${V1}`))],
  ['one that a second rule defines', mesh('v1', rule('host: chat') + rule(`host: chat, ${V1}`, 'subsets'))],
  ['one that a rule for many defines', mesh('v1', rule('host: chat') + rule(`host: "*.local", ${V1}`, 'many'))],
  ['one where no rule is for the Service', mesh('v2', rule(`host: shop, ${V1}`))],
  ['one where there is no rule', mesh('v2', '')],
  ['one where the rule is of another namespace', mesh('v2', rule(`host: chat, ${V1}`, 'chat', 'test'))],
  ['one that is filled in later', mesh('"$(VERSION)"', rule(`host: chat, ${V1}`))],
])('WS230 says nothing of a subset: %s', (_what, text) => {
  expect(told('WS230', text)).toEqual([]);
});

test('WS230 says nothing of a subset where something could not be read', () => {
  const codes = (more: readonly (readonly [string, string])[]) =>
    checkLoaded(loadTexts(new Map([['a.yaml', mesh('v2', rule(`host: chat, ${V1}`))], ...more]))).findings.map(
      ({ code }) => code,
    );
  expect(codes([])).toContain('WS230');
  expect(codes([['b.yaml', 'kind: [']])).not.toContain('WS230');
});
