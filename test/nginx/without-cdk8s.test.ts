import { gatewayConf, nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';

jest.mock('cdk8s', () => {
  throw new Error('cdk8s was loaded');
});

it('makes its text without cdk8s, for programs that only want the text', () => {
  const timing = deriveTiming();
  expect(nginxConf({ timing, upstream: { port: 3000 }, socketIo: { path: '/socket.io/' } })).toContain(
    'location /socket.io/',
  );
  expect(gatewayConf({ timing, servers: [{ host: 'chat', port: 3001 }] })).toContain('server chat:3001');
});
