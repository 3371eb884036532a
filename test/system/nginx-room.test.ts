import { App, Chart, Testing } from 'cdk8s';
import { Bundle, type Manifest } from '../../lib/manifest';
import { nginxRoomOf } from '../../lib/system/nginx-room';
import { deriveTiming } from '../../lib/timing';
import { WebSocketServer } from '../../lib/workload';

const room = (maxConnections: number) => {
  const chart = new Chart(new App(), 'test');
  new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat:1',
    port: 3000,
    timing: deriveTiming(),
    replicas: 1,
    proxy: { socketIo: { path: '/socket.io/' }, addressesAppended: 0, maxConnections },
  });
  const manifests = Testing.synth(chart) as Manifest[];
  return nginxRoomOf(new Bundle(manifests), manifests.find(({ kind }) => kind === 'Deployment') as Manifest);
};

test.each([1, 9, 10, 99, 1000, 4096, 28_000])('a pod whose proxy is told to take %i takes that many', (most) => {
  expect(room(most)).toEqual({ clients: most, because: `refuses new sessions beyond ${most}` });
});
