import { App, Chart, JsonPatch } from 'cdk8s';
import { configHashOf } from '../../lib/manifest/config-hash';
import { WebSocketServer } from '../../lib/workload';
import type { Yaml } from '../ingress/support';
import { chat, only, proxy } from './support/server';

describe('the proxy', () => {
  const pod = only('Deployment', { ...chat, proxy }).spec.template.spec;
  const nginx = pod.initContainers[0];

  test('is a native sidecar: started before the application, stopped after it', () => {
    expect(nginx).toMatchObject({ name: 'nginx', restartPolicy: 'Always' });
    expect(pod.containers.map((c: Yaml) => c.name)).toEqual(['chat']);
  });

  test('raises the drain flag after the balancer has stopped sending; the application only waits', () => {
    expect(nginx.lifecycle.preStop.exec.command).toEqual([
      '/bin/sh',
      '-c',
      `sleep 120; touch /tmp/drain && echo 'keepalive_timeout 0;' >/tmp/drain.conf && kill -HUP "$(cat /tmp/nginx.pid)"`,
    ]);
    expect(pod.containers[0].lifecycle.preStop.exec.command).toEqual(['sleep', '120']);
  });

  test('forgets the drain of its life before as it starts, and becomes the first process, which hears the stop signal', () => {
    expect(nginx.command).toEqual([
      '/bin/sh',
      '-c',
      "rm -rf /tmp/drain /tmp/drain.conf && exec nginx -c /etc/nginx/holdfast/nginx.conf -g 'daemon off;'",
    ]);
  });

  test('reads the configuration that it was made for, also when that of its successor is there already', () => {
    expect(nginx.volumeMounts).toContainEqual({
      name: 'nginx-config',
      mountPath: '/etc/nginx/holdfast/nginx.conf',
      subPath: 'nginx.conf',
      readOnly: true,
    });
  });

  test.each([
    ['without routes', {}, '/health', '/ready'],
    ['with a route that is exchanged', { routes: [{ path: '/ide/', upstreamPath: '/' }] }, '/', '/'],
    ['with a route as it is', { routes: [{ path: '/ide/' }] }, '/ide/', '/ide/'],
  ])('is never asked how the application is: %s', (_title, routes, liveness, readiness) => {
    const { containers } = only('Deployment', {
      ...chat,
      proxy: { addressesAppended: 2, socketIo: { path: '/ws/' }, ...routes },
    }).spec.template.spec;
    expect(containers[0].livenessProbe.httpGet).toEqual({ path: liveness, port: 3001, scheme: 'HTTP' });
    expect(containers[0].readinessProbe.httpGet).toEqual({ path: readiness, port: 3001, scheme: 'HTTP' });
  });

  test('is asked for /health and /ready; the application is asked past it, on its own port', () => {
    expect(nginx.livenessProbe.httpGet).toMatchObject({ path: '/health', port: 8080 });
    expect(nginx.readinessProbe.httpGet).toMatchObject({ path: '/ready', port: 8080 });
    expect(pod.containers[0].livenessProbe.httpGet).toMatchObject({ path: '/', port: 3001 });
  });

  test('has its configuration in a ConfigMap, and a hash of it on the pods, so that a change replaces them', () => {
    const config = only('ConfigMap', { ...chat, proxy });
    expect(config.data['nginx.conf']).toContain('location /ide/socket.io/');
    expect(pod.volumes).toContainEqual({
      name: 'nginx-config',
      configMap: { name: config.metadata.name, defaultMode: 0o444 },
    });
    const hash = (maxConnections: number) =>
      only('Deployment', { ...chat, proxy: { ...proxy, maxConnections } }).spec.template.metadata.annotations[
        'holdfast/config-hash'
      ];
    expect(hash(1000)).toMatch(/^[0-9a-f]{16}$/);
    expect(hash(1000)).toBe(hash(1000));
    expect(hash(1000)).not.toBe(hash(2000));
  });

  test('is replaced when a JSON patch changes its configuration', () => {
    const hashes = ['access_log off;', undefined].map((patch) => {
      const chart = new Chart(new App(), 'test');
      const server = new WebSocketServer(chart, 'Server', { ...chat, proxy });
      if (patch !== undefined) server.proxy?.configMap.addJsonPatch(JsonPatch.add('/data/nginx.conf', patch));
      return server.workload.toJson().spec.template.metadata.annotations['holdfast/config-hash'];
    });
    expect(hashes[0]).toBe(configHashOf('access_log off;'));
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  test('takes port 80 through the safe sysctl, and no sysctl otherwise', () => {
    const privileged = only('Deployment', { ...chat, proxy: { ...proxy, port: 80 } }).spec.template.spec;
    expect(privileged.securityContext.sysctls).toEqual([{ name: 'net.ipv4.ip_unprivileged_port_start', value: '80' }]);
    expect(privileged.initContainers[0].ports[0].containerPort).toBe(80);
    expect(pod.securityContext).not.toHaveProperty('sysctls');
  });
});
