import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import type { WebSocketServerProps } from '../../lib/workload';
import type { Yaml } from '../ingress/support';
import { problemsOf } from '../problems';
import { build } from './support/gateway';
import { container, objects, podOf } from './support/pod';

const proxy = { socketIo: { path: '/socket.io/' }, addressesAppended: 2 };
const disk = { per: 'pod', mountPath: '/data', size: '1Gi' } as const;
const kit = new Chart(new App(), 'kit');

const volume = (name: string) => kplus.Volume.fromEmptyDir(kit, `${name}-${kit.node.children.length}`, name);
function mounting(...volumes: readonly kplus.Volume[]): kplus.Container {
  const made = new kplus.Container({ name: 'exporter', image: 'exporter:1.0.0' });
  volumes.forEach((each, i) => {
    made.mount(`/data-${i}`, each);
  });
  return made;
}

describe('names', () => {
  const twice = [
    { path: '/a', volume: volume('cache') },
    { path: '/b', volume: volume('cache') },
  ];

  test.each<[string, Partial<WebSocketServerProps>, string]>([
    [
      'storage called like /tmp',
      { storage: { ...disk, name: 'tmp' } },
      'storage.name: "tmp" is a volume that every pod here has; choose another name',
    ],
    [
      "storage called like nginx's configuration",
      { proxy, storage: { ...disk, name: 'nginx-config' } },
      'storage.name: "nginx-config" is a volume that every pod here has; choose another name',
    ],
    [
      "storage called like nginx's /tmp",
      { proxy, storage: { ...disk, name: 'nginx-tmp' } },
      'storage.name: "nginx-tmp" is a volume that every pod here has; choose another name',
    ],
    [
      'a volume called like the storage',
      { storage: disk, volumeMounts: [{ path: '/a', volume: volume('workspace') }] },
      'volumeMounts[0].volume: "workspace" is another volume of this pod; give it another name',
    ],
    [
      'a volume called like /tmp',
      { volumeMounts: [{ path: '/a', volume: volume('tmp') }] },
      'volumeMounts[0].volume: "tmp" is another volume of this pod; give it another name',
    ],
    [
      'two volumes of one name',
      { volumeMounts: twice },
      'volumeMounts[1].volume: "cache" is another volume of this pod; give it another name',
    ],
    [
      'a server called like the container of its proxy',
      { proxy, name: 'nginx' },
      'name: "nginx" is the container of the proxy in the same pod; choose another name',
    ],
    [
      'a container called like the server',
      { containers: [container('chat')] },
      'containers[0].name: "chat" is another container of this pod; choose another',
    ],
    [
      'a container called like the proxy',
      { proxy, containers: [container('nginx')] },
      'containers[0].name: "nginx" is another container of this pod; choose another',
    ],
    [
      'two containers of one name',
      { containers: [container('exporter'), new kplus.Container({ name: 'exporter', image: 'exporter:1.0.0' })] },
      'containers[1].name: "exporter" is another container of this pod; choose another',
    ],
    [
      'a volume of a container of cdk8s-plus called like /tmp',
      { containers: [mounting(volume('tmp'))] },
      'containers[0].mounts[0].volume: "tmp" is another volume of this pod; give it another name',
    ],
    [
      'a volume that no one gives',
      { containers: [container('exporter', { volumeMounts: [{ name: 'data', mountPath: '/data' }] })] },
      'containers[0].volumeMounts[0].name: "data" is no volume of this pod; its volumes are tmp: mount one of cdk8s-plus with volumeMounts, or in a Container of cdk8s-plus',
    ],
    [
      'a container on the port of the application',
      { containers: [container('exporter', { ports: [{ containerPort: 3001 }] })] },
      'containers[0].ports: 3001 is the port of the application in the same pod; choose another',
    ],
    [
      'a container on the port of the proxy',
      { proxy, containers: [new kplus.Container({ name: 'exporter', image: 'exporter:1.0.0', portNumber: 8080 })] },
      'containers[0].ports: 8080 is the port of the proxy in the same pod; choose another',
    ],
    [
      'two containers on one port',
      { containers: ['a', 'b'].map((name) => container(name, { ports: [{ containerPort: 9090 }] })) },
      'containers[1].ports: 9090 is the port of the container "a" in the same pod; choose another',
    ],
    [
      'storage where the drain flag stands',
      { storage: { ...disk, mountPath: '/tmp/drain' } },
      'storage.mountPath: "/tmp/drain" is where the drain flag stands; choose another path',
    ],
    [
      'a volume where the drain flag stands',
      { volumeMounts: [{ path: '/tmp/drain/x', volume: volume('cache') }] },
      'volumeMounts: "/tmp/drain/x" is where the drain flag stands; choose another path',
    ],
    [
      'an application that is told of another flag than the one that is raised',
      { env: { DRAIN_FLAG: '/var/run/drain' } },
      'env.DRAIN_FLAG: must be "/tmp/drain", which the preStop hook raises; leave it out, or the application never hears of its drain',
    ],
  ])('fail where an API server would refuse them or something would be replaced: %s', (_title, props, message) => {
    expect(problemsOf(() => objects(props))).toEqual([message]);
  });

  test('fail where a Service is called after them and they start with a digit', () => {
    const found = problemsOf(() => objects({ name: '1chat', stableNames: true }));
    expect(found).toEqual([expect.stringContaining('name: "1chat" is not a Service name')]);
    expect(problemsOf(() => objects({ name: '1chat' }))).toEqual([]);
    const gateway = { name: '1gateway', affinity: 'none' } as const;
    expect(problemsOf(() => build({ gateway }))).toEqual([
      expect.stringContaining('name: "1gateway" is not a Service name'),
    ]);
  });

  test('fail where they are no names', () => {
    expect(problemsOf(() => objects({ containers: [container('My Exporter')] }))).toEqual([
      expect.stringContaining('containers[0].name: "My Exporter" is not a DNS label'),
    ]);
  });

  test('of the proxy are free where there is none', () => {
    const props = { name: 'nginx', storage: { ...disk, name: 'nginx-config' } };
    expect(problemsOf(() => objects(props))).toEqual([]);
  });

  test('of volumes that containers of cdk8s-plus bring along stand in the pod', () => {
    const cache = volume('cache');
    const pod = podOf({ volumeMounts: [{ path: '/a', volume: cache }], containers: [mounting(cache, volume('data'))] });
    expect(pod.volumes.map(({ name }: Yaml) => name)).toEqual(['tmp', 'cache', 'data']);
    expect(pod.containers[1].volumeMounts.map(({ name }: Yaml) => name)).toEqual(['cache', 'data']);
  });

  test('of the flag and of volumes may be said where they are right', () => {
    expect(problemsOf(() => objects({ env: { DRAIN_FLAG: '/tmp/drain' } }))).toEqual([]);
    // Behind a proxy the flag is the proxy's.
    expect(problemsOf(() => objects({ proxy, env: { DRAIN_FLAG: '/var/run/drain' } }))).toEqual([]);
    const mounts = {
      volumeMounts: [{ name: 'tmp', mountPath: '/x' }],
      ports: [{ containerPort: 3001, protocol: 'UDP' }],
    };
    expect(problemsOf(() => objects({ containers: [container('exporter', mounts)] }))).toEqual([]);
  });

  test('of a volume that is mounted twice stand once in the pod', () => {
    const cache = volume('cache');
    const pod = podOf({
      volumeMounts: [
        { path: '/a', volume: cache },
        { path: '/b', volume: cache },
      ],
    });
    expect(pod.volumes.map(({ name }: Yaml) => name)).toEqual(['tmp', 'cache']);
    expect(pod.containers[0].volumeMounts.map(({ mountPath }: Yaml) => mountPath)).toEqual(['/tmp', '/a', '/b']);
  });
});
