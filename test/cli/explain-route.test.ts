import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { BASES, Copy } from '../rules/faults/bases';
import { holdfastIn } from './terminal';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-route-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function system(change: (copy: Copy) => void = () => {}): void {
  const copy = new Copy(BASES['ingress-nginx']);
  change(copy);
  fs.writeFileSync(path.join(folder, 'chat.yaml'), copy.manifests.map((one) => JSON.stringify(one)).join('\n---\n'));
}

test('a route is followed to its process, one line for each step', async () => {
  system();
  const { code, out, err } = await holdfastIn(folder, 'explain', '--route', 'chat.example.com/socket.io/', '.');
  expect(err).toBe('');
  expect(out.split('\n')).toEqual([
    'chat.example.com/socket.io/  Ingress chat to Deployment chat',
    '  √ route     chat.example.com/socket.io/, taken by ingress-nginx  (Ingress chat spec.rules[0].http.paths[0].backend)',
    '  √ service   port 80 (http)  (Service chat spec.ports[0])',
    '  √ pods      the pods of Deployment chat  (Service chat spec.selector)',
    '  √ target    http is 8080; nginx in container nginx listens on 8080  (Service chat spec.ports[0].targetPort)',
    '  √ location  location /socket.io/ takes /socket.io/  (ConfigMap chat-nginx data["nginx.conf"])',
    '  √ upstream  127.0.0.1:3000: container chat declares 3000  (ConfigMap chat-nginx data["nginx.conf"])',
    '',
  ]);
  expect(code).toBe(0);
});

test.each([
  'chat.example.com/socket.io',
  'wss://chat.example.com/socket.io/?EIO=4&transport=websocket',
  'https://CHAT.example.com:443/socket.io/#top',
])('%s is the same address, as people copy it', async (route) => {
  system();
  const { code, out, err } = await holdfastIn(folder, 'explain', '--route', route, '.');
  expect(err).toBe('');
  expect(out).toContain('chat.example.com/socket.io/  Ingress chat to Deployment chat');
  expect(code).toBe(0);
});

test('a path without its last slash goes where the path with it goes, and not to what takes the rest', async () => {
  const to = (name: string) => ({ service: { name, port: { number: 80 } } });
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'chat.example.com',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: to('website') },
              { path: '/chat/', pathType: 'Prefix', backend: to('chat') },
            ],
          },
        },
      ],
    },
  };
  fs.writeFileSync(path.join(folder, 'web.json'), JSON.stringify(ingress));
  const { out } = await holdfastIn(folder, 'explain', '--json', '--route', 'chat.example.com/chat', '.');
  expect(out).toContain('Service chat');
  expect(out).not.toContain('website');
});

test('a host that nobody wrote is a slip, although a balancer of connections beside it takes any', async () => {
  system();
  const mqtt = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'mqtt', namespace: 'iot' },
    spec: { type: 'LoadBalancer', selector: { app: 'mqtt' }, ports: [{ port: 1883 }] },
  };
  fs.writeFileSync(path.join(folder, 'mqtt.yaml'), JSON.stringify(mqtt));
  const slip = await holdfastIn(folder, 'explain', '--route', 'caht.example.com/socket.io/', '.');
  expect(slip.err).toContain(
    '"caht.example.com/socket.io/" leads through none of these manifests; there are chat.example.com',
  );
  expect(slip.code).toBe(2);
  // Alone it is the only way that there is.
  const alone = await holdfastIn(folder, 'explain', '--route', 'mqtt.example.com/', 'mqtt.yaml');
  expect(alone.out).toContain('Service mqtt');
});

test('the step that breaks is marked, with what to do, and ends the thread', async () => {
  system((copy) => copy.conf('proxy_pass http://app;', 'proxy_pass http://app/;'));
  const { code, out } = await holdfastIn(folder, 'explain', '--route', 'https://chat.example.com/socket.io/', '.');
  expect(out).toContain(
    '  × path      location /socket.io/ sends /socket.io/ on as /  (ConfigMap chat-nginx data["nginx.conf"])\n    → write proxy_pass without a path',
  );
  expect(out).not.toContain('upstream');
  expect(code).toBe(1);
});

test('a machine reads the same steps', async () => {
  system((copy) => copy.conf('server 127.0.0.1:3000', 'server 127.0.0.1:3001'));
  const { code, out } = await holdfastIn(folder, 'explain', '--json', '--route', '/socket.io/', '.');
  const [thread] = JSON.parse(out);
  expect(thread).toMatchObject({
    controller: 'ingress-nginx',
    host: 'chat.example.com',
    path: '/socket.io/',
    whole: false,
  });
  expect(thread.steps.at(-1)).toMatchObject({
    at: 'upstream',
    state: 'doubtful',
    object: 'ConfigMap shop/chat-nginx',
  });
  expect(code).toBe(1);
});

test('fails with the addresses there are where none leads there', async () => {
  system();
  const { code, err } = await holdfastIn(folder, 'explain', '--route', 'other.example.com/', '.');
  expect(err).toBe(
    '--route "other.example.com/" leads through none of these manifests; there are chat.example.com/socket.io/\n',
  );
  expect(code).toBe(2);
});

test('fails where --json has nothing to print', async () => {
  const { code, err } = await holdfastIn(folder, 'explain', '--json', 'WS201');
  expect(err).toBe('--json prints the steps of --route; give one, or leave it out\n');
  expect(code).toBe(2);
});

test('a shutdown is drawn for manifests of anybody', async () => {
  system();
  const { out } = await holdfastIn(folder, 'check', '--timeline', 'chat.yaml');
  const lines = out.split('\n');
  expect(lines[0]).toBe('Deployment chat, from the deletion of a pod:');
  const drawn = lines.slice(1, lines.indexOf('')).map((line) => line.trim().replace(/\s+[━● ]*[━●]\s+/, ' | '));
  expect(drawn).toEqual([
    '0 s | pod: deleted; endpoint removal and every preStop begin together',
    '0–30 s | nginx: nginx: preStop holds the stop signal back',
    '0–30 s | application: chat: preStop holds the stop signal back',
    '30 s | nginx: nginx: stop signal, when the other containers have ended',
    '30–90 s | nginx: nginx: finishes its connections',
    '30 s | application: chat: stop signal',
    '30–120 s | application: chat: closes its connections for as long as it takes, which nothing here says',
    '120 s | kubelet: SIGKILL for whatever is left',
  ]);
});

test('a hook that outlasts the grace period leaves no time for the stop signal', async () => {
  system((copy) => copy.inPod(['terminationGracePeriodSeconds'], 20));
  const { out } = await holdfastIn(folder, 'check', '--timeline', 'chat.yaml');
  expect(out).toContain('application: chat: no time is left for its stop signal');
});

test('fails where a drawing is asked of a format for machines', async () => {
  const { code, err } = await holdfastIn(folder, 'check', '--timeline', '-f', 'json', '.');
  expect(err).toContain('--timeline is drawn as text; leave out --format json');
  expect(code).toBe(2);
});
