import { loadTexts } from '../../lib/manifest';
import { checkLoaded } from '../../lib/rules';
import { web } from '../system/support';
import { fixes, told } from './told';

const SERVED = '# assume: websocket\n';
const KINDS = { hpa: 'HorizontalPodAutoscaler', keda: 'ScaledObject' } as const;
const scaler = (target: string, kind: keyof typeof KINDS = 'hpa', meta = '') =>
  `apiVersion: ${kind === 'hpa' ? 'autoscaling/v2' : 'keda.sh/v1alpha1'}\nkind: ${KINDS[kind]}\nmetadata: { name: scaler, ${meta} }\nspec: { scaleTargetRef: { ${target} }, maxReplicas: 5 }\n`;
/** A server that has another name, and an autoscaler. */
const system = (name: string, more: string) =>
  `${SERVED}${web({ more }).replace(/(kind: Deployment\nmetadata: \{ name:) web/, `$1 ${name}`)}`;

test.each<[target: string, kind: keyof typeof KINDS, name: string, said: string, fix: string]>([
  [
    'kind: Deployment, name: chat-sever',
    'hpa',
    'chat-server',
    'HorizontalPodAutoscaler scaler: spec.scaleTargetRef.name: Deployment chat-sever, which is not in what was read; Deployment chat-server is, and nothing scales it',
    'write name: chat-server',
  ],
  [
    'name: caht',
    'keda',
    'chat',
    'ScaledObject scaler: spec.scaleTargetRef.name: Deployment caht, which is not in what was read; Deployment chat is, and nothing scales it',
    'write name: chat',
  ],
  [
    'kind: StatefulSet, name: chat',
    'hpa',
    'chat',
    'HorizontalPodAutoscaler scaler: spec.scaleTargetRef.kind: StatefulSet chat, which is not in what was read; Deployment chat is, and nothing scales it',
    'write kind: Deployment',
  ],
])('WS326: %s of %s, where %s is', (target, kind, name, said, fix) => {
  const text = system(name, scaler(target, kind));
  expect(told('WS326', text)).toEqual([said]);
  expect(fixes('WS326', text)).toEqual([fix]);
});

test.each<[what: string, text: string]>([
  ['its target', system('chat', scaler('kind: Deployment, name: chat'))],
  ['the default kind of KEDA', system('chat', scaler('name: chat', 'keda'))],
  ['a workload that is elsewhere', system('chat', scaler('kind: Deployment, name: orders'))],
  ['a name that differs in a number', system('chat-1', scaler('kind: Deployment, name: chat-2'))],
  ['a name that is longer by a word', system('chat-server', scaler('kind: Deployment, name: chat'))],
  ['a Rollout of Argo', system('chat', scaler('apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: chat'))],
  ['a name that is filled in later', system('chat', scaler("kind: Deployment, name: '$(NAME)'"))],
  [
    'a workload that is scaled already',
    system(
      'chat',
      `${scaler('kind: Deployment, name: chat')}---\n${scaler('kind: Deployment, name: chatt').replace('name: scaler', 'name: other')}`,
    ),
  ],
  [
    'another namespace',
    system('chat, namespace: live', scaler('kind: Deployment, name: chatt', 'hpa', 'namespace: test')),
  ],
  ['a plain web server', system('chat', scaler('kind: Deployment, name: chatt')).replace(SERVED, '')],
])('WS326 says nothing of %s', (_what, text) => {
  expect(told('WS326', text)).toEqual([]);
});

test('WS326 says nothing where two could be meant, nor where something could not be read', () => {
  const second = system('chat', scaler('kind: Deployment, name: chatt')).replace(/^[\s\S]*?(?=apiVersion: apps)/, '');
  const [other = ''] = second.split('---\n');
  expect(
    told(
      'WS326',
      `${system('chat', scaler('kind: Deployment, name: chatt'))}---\n${other.replace('name: chat', 'name: chats')}`,
    ),
  ).toEqual([]);

  const one = system('chat', scaler('kind: Deployment, name: chatt')).replace(
    'paths:\n          - { path: /,',
    'paths:\n          - { path: /ws,',
  );
  const codes = (texts: readonly (readonly [string, string])[]) =>
    checkLoaded(loadTexts(new Map(texts))).findings.map(({ code }) => code);
  expect(codes([['a.yaml', one]])).toContain('WS326');
  expect(
    codes([
      ['a.yaml', one],
      ['b.yaml', 'kind: ['],
    ]),
  ).not.toContain('WS326');
});

test('WS326 says why long connections are believed', () => {
  const text = system('chat', scaler('kind: Deployment, name: chatt')).replace('{ path: /,', '{ path: /ws,');
  const { findings } = checkLoaded(loadTexts(new Map([['a.yaml', text]])));
  expect(findings.find(({ code }) => code === 'WS326')?.evidence?.reasons).toEqual(['path /ws']);
});
