import { loadTexts } from '../../lib/manifest';
import { checkLoaded } from '../../lib/rules';
import { told } from './told';

interface Edge {
  /** The listeners, as YAML flow. */
  readonly listeners?: string;
  readonly gateway?: string;
  readonly parents?: string;
  readonly hostnames?: string;
  readonly more?: string;
}

/** A Gateway, and a route of WebSockets that it takes unless a test says otherwise. */
const edge = (of: Edge = {}) => `# assume: websocket
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, ${of.gateway ?? 'namespace: live'} }
spec: { gatewayClassName: eg, listeners: ${of.listeners ?? '[{ name: http, port: 80 }, { name: https, port: 443 }]'} }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: chat, namespace: live }
spec: { parentRefs: ${of.parents ?? '[{ name: edge }]'}, hostnames: ${of.hostnames ?? '[chat.example.com]'}, rules: [{ backendRefs: [{ name: chat, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: chat, namespace: live }
spec: { selector: { app: chat }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: chat, namespace: live }
spec: { template: { metadata: { labels: { app: chat } }, spec: { containers: [{ name: chat, image: "chat:1" }] } } }
${of.more === undefined ? '' : `---\n${of.more}`}`;
const host = (name: string) => `[{ name: https, port: 443, hostname: "${name}" }]`;
const ALL = '[{ name: https, port: 443, allowedRoutes: { namespaces: { from: All } } }]';
const SECOND = (listeners: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: live, labels: { app: second } }
spec: { gatewayClassName: eg, listeners: ${listeners} }
`;

test.each<[what: string, of: Edge, said: string]>([
  [
    'a listener that is not there',
    { parents: '[{ name: edge, sectionName: htps }]' },
    'spec.parentRefs[0].sectionName: no listener htps of Gateway edge',
  ],
  [
    'a port that no listener has',
    { parents: '[{ name: edge, port: 8443 }]' },
    'spec.parentRefs[0].port: no listener of Gateway edge on port 8443',
  ],
  [
    'a port of another listener',
    { parents: '[{ name: edge, sectionName: https, port: 80 }]' },
    'spec.parentRefs[0].port: no listener of Gateway edge on port 80',
  ],
  [
    'another host',
    { listeners: host('shop.example.com') },
    'chat.example.com; Gateway edge listens for shop.example.com',
  ],
  [
    'the host above a wildcard',
    { listeners: host('*.chat.example.com') },
    'chat.example.com; Gateway edge listens for *.chat.example.com',
  ],
  [
    'a wildcard beside the host',
    { hostnames: '["*.example.org"]', listeners: host('chat.example.com') },
    '*.example.org; Gateway edge listens for chat.example.com',
  ],
  [
    'the host at another listener than the one that is asked for',
    {
      parents: '[{ name: edge, sectionName: a }]',
      listeners:
        '[{ name: a, port: 443, hostname: a.example.com }, { name: b, port: 443, hostname: chat.example.com }]',
    },
    'chat.example.com; Gateway edge listens for a.example.com',
  ],
  [
    'a Gateway of another namespace',
    { gateway: 'namespace: edge', parents: '[{ name: edge, namespace: edge }]' },
    'namespace live; Gateway edge takes routes of namespace edge only',
  ],
])('WS268: %s', (_what, of, said) => {
  const found = told('WS268', edge(of));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(said);
});

test.each<[what: string, of: Edge]>([
  ['no name of a listener', {}],
  ['one of the listeners', { parents: '[{ name: edge, sectionName: https, port: 443 }]' }],
  ['the same host', { listeners: host('Chat.example.com') }],
  ['a wildcard above the host', { listeners: host('*.example.com') }],
  ['a wildcard two labels above', { hostnames: '[a.chat.example.com]', listeners: host('*.example.com') }],
  ['a wildcard that a listener is one of', { hostnames: '["*.example.com"]', listeners: host('chat.example.com') }],
  ['no hostnames', { hostnames: '[]', listeners: host('chat.example.com') }],
  ['one of two hosts', { hostnames: '[other.example.org, chat.example.com]', listeners: host('chat.example.com') }],
  ['a host that is filled in later', { listeners: host('$(DOMAIN)') }],
  ['a host of the route that is', { hostnames: '["chat.$(DOMAIN)"]', listeners: host('*.example.com') }],
  ['a listener in a set of its own', { parents: '[{ name: edge, kind: ListenerSet, sectionName: chat }]' }],
  ['a Service for a parent', { parents: '[{ name: edge, kind: Service, group: "", sectionName: chat }]' }],
  ['a Gateway that is elsewhere', { parents: '[{ name: other, sectionName: chat }]' }],
  [
    'a Gateway of that name in another namespace',
    { gateway: 'namespace: edge', parents: '[{ name: edge, sectionName: chat }]' },
  ],
  ['a Gateway without listeners', { listeners: '[]', parents: '[{ name: edge, sectionName: chat }]' }],
  [
    'a Gateway for all namespaces',
    { gateway: 'namespace: edge', listeners: ALL, parents: '[{ name: edge, namespace: edge }]' },
  ],
  ['a Gateway that names no namespace', { gateway: '', parents: '[{ name: edge, sectionName: https }]' }],
  [
    'a second text of the same Gateway',
    { parents: '[{ name: edge, sectionName: wss }]', more: SECOND('[{ name: wss, port: 443 }]') },
  ],
  [
    'two hosts at two parents, one of which has none of them',
    {
      parents: '[{ name: edge, sectionName: a }, { name: edge, sectionName: b }]',
      listeners: '[{ name: a, port: 80, hostname: a.example.com }, { name: b, port: 443, hostname: chat.example.com }]',
    },
  ],
])('WS268 says nothing of %s', (_what, of) => {
  expect(told('WS268', edge(of))).toEqual([]);
});

test('WS268 says nothing where a Gateway of Istio has the name', () => {
  const text = edge({ parents: '[{ name: edge, sectionName: wss }]' }).replace(
    /apiVersion: gateway\S+\nkind: Gateway/,
    'apiVersion: networking.istio.io/v1\nkind: Gateway',
  );
  expect(told('WS268', text)).toEqual([]);
});

test('WS268 is told of a plain web server as little as any rule about connections', () => {
  const text = edge({ parents: '[{ name: edge, sectionName: wss }]' }).replace(/^.*\n/, '');
  expect(told('WS268', text)).toEqual([]);
});

test('WS268 is a warning beside a parent that takes the route', () => {
  const text = edge({ parents: '[{ name: edge, sectionName: https }, { name: edge, sectionName: wss }]' }).replace(
    'rules: [{ ',
    'rules: [{ matches: [{ path: { value: /ws } }], ',
  );
  const { findings } = checkLoaded(loadTexts(new Map([['edge.yaml', text]])));
  expect(findings.filter(({ code }) => code === 'WS268').map(({ level, path }) => `${level} ${path}`)).toEqual([
    'warning spec.parentRefs[1].sectionName',
  ]);
});
