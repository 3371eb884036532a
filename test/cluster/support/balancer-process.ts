/** Keeps the configuration of a balancer's nginx as the endpoints of a Service are. Its first message is a `Balanced`; it answers as soon as it knows a pod. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { gatewayConf } from '../../../lib/nginx';
import { deriveTiming } from '../../../lib/timing';
import { CLIENT_NAMESPACE, inside, startInside } from '../machine/sandbox';
import type { Balanced } from './balancer';
import { followList, readyAddresses, slicesOf } from './lists';

/** As long as an nginx worker may keep connections: a balancer leaves those of a removed endpoint alone. */
const PATIENT = deriveTiming({ drain: Duration.minutes(50) }).workerShutdownTimeoutSeconds;

function write({ timing, folder, podPort, port }: Balanced, addresses: readonly string[]): void {
  const conf = gatewayConf({
    timing,
    port,
    servers: addresses.map((host) => ({ host, port: podPort })),
    affinity: 'clientAddress',
    socketIoPath: '/theia/socket.io/',
    webSocketPaths: ['/ws'],
  });
  // No timing that can be derived says this, so it is changed where it was written.
  const patient = conf.replace(/worker_shutdown_timeout \d+s/, `worker_shutdown_timeout ${PATIENT}s`);
  // At once: it may be reading the last one. A folder of its own instead of /tmp, which every nginx here would share.
  const next = join(folder, 'next.conf');
  writeFileSync(next, `user root;\n${patient.replaceAll('/tmp/', `${folder}/`)}`);
  renameSync(next, join(folder, 'nginx.conf'));
}

process.once('message', (balanced: Balanced) => {
  const { api, namespace, service, folder } = balanced;
  let known: readonly string[] = [];
  followList(api, slicesOf(namespace, service), ({ object }) => {
    const addresses = readyAddresses(object);
    if (addresses.length === 0 || addresses.join() === known.join()) return;
    const first = known.length === 0;
    known = addresses;
    write(balanced, addresses);
    if (!first) return void inside('bash', ['-c', `kill -HUP $(cat ${join(folder, 'nginx.pid')})`]);
    const nginx = ['nginx', '-e', 'stderr', '-p', folder, '-c', 'nginx.conf', '-g', 'daemon off;'];
    startInside('ip', ['netns', 'exec', CLIENT_NAMESPACE, ...nginx], ['ignore', 'ignore', 'inherit'], false);
    process.send?.('knows a pod');
  });
});
// Whoever started this is gone; nginx ends with it.
process.on('disconnect', () => process.exit());
