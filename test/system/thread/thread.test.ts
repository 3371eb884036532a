import { type Bundle, loadTexts } from '../../../lib/manifest';
import { containersOf } from '../../../lib/system';
import { portOfPod } from '../../../lib/system/thread/listening';
import { mountedIn } from '../../../lib/system/thread/mounted';
import { nginxesOf } from '../../../lib/system/thread/nginx-of-pod';
import { passageOf } from '../../../lib/system/thread/passage';
import { threadsOf, threadsTo } from '../../../lib/system/thread/thread';
import { bundleOf, web } from '../support';

function pod(containers: string, volumes = '[]', more = ''): Bundle {
  return loadTexts(
    new Map([
      [
        'pod.yaml',
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: chat }\nspec:\n  template:\n    metadata: { labels: { app: chat } }\n    spec:\n      volumes: ${volumes}\n      containers: ${containers}\n${more === '' ? '' : `---\n${more}`}`,
      ],
    ]),
  ).bundle;
}
const deployment = (bundle: Bundle) => {
  const [only] = bundle.ofKind('Deployment');
  if (only === undefined) throw new Error('there is no Deployment');
  return only;
};

describe('a port of a pod', () => {
  const state = (containers: string, port: number | string) => {
    const bundle = pod(containers);
    return portOfPod(bundle, deployment(bundle), port).state;
  };

  test('that is declared is there', () => {
    expect(state('[{ name: a, image: a, ports: [{ name: http, containerPort: 80 }] }]', 80)).toBe('listens');
    expect(state('[{ name: a, image: a, ports: [{ name: http, containerPort: 80 }] }]', 'http')).toBe('listens');
  });

  test('by a name that no container has is not there', () => {
    expect(state('[{ name: a, image: a, ports: [{ containerPort: 80 }] }]', 'http')).toBe('silent');
    expect(state('[{ name: a, image: a }]', 'http')).toBe('silent');
  });

  test('that is missing among declared ones is doubtful, since a port need not be declared', () => {
    expect(state('[{ name: a, image: a, ports: [{ containerPort: 80 }] }]', 81)).toBe('doubtful');
  });

  test('is not known where no container declares any', () => {
    expect(state('[{ name: a, image: a }]', 80)).toBe('unknown');
  });

  test('is there where the container is told its number', () => {
    const ports = 'ports: [{ containerPort: 80 }]';
    expect(state(`[{ name: a, image: a, ${ports}, env: [{ name: PORT, value: "8080" }] }]`, 8080)).toBe('listens');
    expect(state(`[{ name: a, image: a, ${ports}, args: ["--listen=:8080"] }]`, 8080)).toBe('listens');
    expect(state(`[{ name: a, image: a, ${ports}, args: ["--limit=18080"] }]`, 8080)).toBe('doubtful');
  });
});

describe('the nginx of a pod', () => {
  const conf = (text: string, mount = 'mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf', more = '') => {
    const bundle = pod(
      `[{ name: nginx, image: "nginx:1.27", volumeMounts: [{ name: conf, ${mount} }] }]`,
      '[{ name: conf, configMap: { name: conf } }]',
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: conf }\ndata:\n  nginx.conf: ${JSON.stringify(text)}\n${more}`,
    );
    return nginxesOf(bundle, deployment(bundle))[0];
  };

  test('is known as a whole by its main file', () => {
    expect(conf('http { server { listen 8080; } }')).toMatchObject({ complete: true });
  });

  test('is not where the main file takes in a folder of the image', () => {
    expect(conf('http { include /etc/nginx/conf.d/*.conf; server { listen 8080; } }')).toMatchObject({
      complete: false,
    });
  });

  test('is not where a port is a variable', () => {
    expect(conf('http { server { listen $port; } }')).toMatchObject({ complete: false });
  });

  test('takes in the files of a folder that is mounted over the image’s', () => {
    const nginx = conf('server { listen 8080; }', 'mountPath: /etc/nginx/conf.d');
    expect(nginx?.complete).toBe(true);
    expect(nginx?.servers.length).toBe(1);
  });

  test('does not take in what is mounted elsewhere', () => {
    expect(conf('server { listen 8080; }', 'mountPath: /srv')?.unread.map(({ file }) => file)).toEqual([
      '/srv/nginx.conf',
    ]);
  });

  const SENT: readonly (readonly [locations: string, path: string, sent: string | undefined])[] = [
    ['location /socket.io/ { proxy_pass http://app; }', '/socket.io/', '/socket.io/'],
    ['location /socket.io/ { proxy_pass http://app/; }', '/socket.io/', '/'],
    ['location /chat/ { proxy_pass http://app/; }', '/chat/socket.io/', '/socket.io/'],
    ['location / { proxy_pass http://a; } location /socket.io/ { proxy_pass http://b/x/; }', '/socket.io/', '/x/'],
    [
      'location ~ ^/socket { proxy_pass http://app; } location /socket.io/ { proxy_pass http://b/; }',
      '/socket.io/',
      '/socket.io/',
    ],
    [
      'location ^~ /socket.io/ { proxy_pass http://app/; } location ~ ^/socket { proxy_pass http://b; }',
      '/socket.io/',
      '/',
    ],
    [
      'location = /socket.io/ { proxy_pass http://app/exact; } location /socket.io/ { proxy_pass http://b; }',
      '/socket.io/',
      '/exact',
    ],
    ['location /chat/ { rewrite ^/chat/(.*) /$1 break; proxy_pass http://app; }', '/chat/socket.io/', '/socket.io/'],
    ['location /socket.io/ { proxy_pass http://$backend; }', '/socket.io/', '/socket.io/'],
    ['location /socket.io/ { return 404; }', '/socket.io/', undefined],
  ];

  test.each(SENT)('behind %s sends %s on as %s', (locations, path, sent) => {
    const nginx = conf(`http { server { listen 80; ${locations} } }`);
    if (nginx === undefined) throw new Error('there is no nginx');
    expect(passageOf(nginx, 80, path, undefined)?.sent).toBe(sent);
  });

  test('chooses the server by its name, and says nothing where names are expressions', () => {
    const servers = (first: string) =>
      conf(
        `http { server { listen 80; server_name ${first}; location / { return 404; } } server { listen 80; server_name b.example.com; location / { return 301 /x; } } }`,
      );
    const ask = (first: string, host: string) => {
      const nginx = servers(first);
      return nginx === undefined ? undefined : passageOf(nginx, 80, '/', host)?.answers;
    };
    expect(ask('a.example.com', 'b.example.com')).toBe(301);
    expect(ask('a.example.com', 'c.example.com')).toBe(404);
    expect(ask('~^c', 'c.example.com')).toBeUndefined();
  });
});

test('ConfigMaps that are merged in a projected volume are files of one folder', () => {
  const map = (name: string, key: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { ${key}: text }\n`;
  const bundle = pod(
    '[{ name: a, image: a, volumeMounts: [{ name: all, mountPath: /etc/all/ }] }]',
    '[{ name: all, projected: { sources: [{ configMap: { name: one } }, { configMap: { name: two, items: [{ key: b.conf, path: deep/b.conf }] } }] } }]',
    `${map('one', 'a.conf')}---\n${map('two', 'b.conf')}`,
  );
  const workload = deployment(bundle);
  const [container] = containersOf(workload);
  if (container === undefined) throw new Error('there is no container');
  expect(mountedIn(bundle, workload, container).files.map(({ file }) => file)).toEqual([
    '/etc/all/a.conf',
    '/etc/all/deep/b.conf',
  ]);
});

describe('a thread', () => {
  test('leads from the route to the container', () => {
    const [thread] = threadsOf(bundleOf(web()));
    expect(thread?.steps.map(({ at, state }) => `${at} ${state}`)).toEqual([
      'route holds',
      'service holds',
      'pods holds',
      'target holds',
    ]);
  });

  test('ends where the pods are not among the objects, and says that this is not known', () => {
    const [route, service] = web().split('---');
    expect(threadsOf(bundleOf(`${route}---${service}`))[0]?.steps.at(-1)).toMatchObject({
      at: 'pods',
      state: 'unknown',
    });
  });

  test('is followed from the longest path that leads to an address', () => {
    const bundle = bundleOf(web({ paths: ['/', '/socket.io/'] }));
    expect(threadsTo(bundle, 'web.example.com', '/socket.io/?EIO=4').map(({ reference }) => reference.paths)).toEqual([
      ['/socket.io/'],
    ]);
    expect(threadsTo(bundle, 'other.example.com', '/')).toEqual([]);
  });

  test('says nothing of a workload that speaks plain HTTP', () => {
    expect(threadsOf(bundleOf(web({ workload: 'holdfast/websocket: "false"' })))).toEqual([]);
  });
});
