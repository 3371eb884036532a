import { Chart, Testing } from 'cdk8s';
import { deriveTiming, GkeWebSocketEdge, NginxWebSocketIngress, WebSocketServer } from '../../lib';
import { check } from '../../lib/rules';

const timing = deriveTiming();

/** The same plain WebSocket server, of several pods, without affinity. */
function chart(proxy: object | undefined, traffic: object = {}) {
  const chart = new Chart(Testing.app(), 'chat', { namespace: 'chat' });
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat:1.4.2',
    port: 3001,
    timing,
    adapter: { kind: 'none', podsAreIndependent: true },
    traffic,
    ...(proxy === undefined ? {} : { proxy: proxy as never }),
  });
  return { chart, props: { name: 'chat', host: 'chat.example.com', server, affinity: 'none' as const } };
}

const told = (made: Chart) => check(Testing.synth(made)).findings.map(({ code, object }) => `${code} ${object}`);

const BEHIND = {
  GKE: (proxy: object | undefined, paths: readonly string[]) => {
    const { chart: made, props } = chart(proxy);
    new GkeWebSocketEdge(made, 'Edge', { ...props, paths, tls: { managed: true } });
    return made;
  },
  'ingress-nginx': (proxy: object | undefined, paths: readonly string[]) => {
    const { chart: made, props } = chart(proxy, { ingressFromNamespaces: ['ingress-nginx'] });
    new NginxWebSocketIngress(made, 'Edge', { ...props, paths });
    return made;
  },
};

describe.each(Object.entries(BEHIND))('behind %s', (_name, behind) => {
  test('WebSockets at a path of their own need no affinity', () => {
    expect(told(behind(undefined, ['/ws']))).toEqual([]);
  });

  test('nor do they where the proxy of the pod lets nothing else through', () => {
    expect(told(behind({ webSockets: [{ path: '/ws' }], addressesAppended: 2 }, ['/']))).toEqual([]);
  });

  test('Socket.IO does, and so does what nobody knows', () => {
    expect(told(behind({ socketIo: { path: '/socket.io/' }, addressesAppended: 2 }, ['/'])).join()).toMatch(/WS226/);
    expect(told(behind(undefined, ['/'])).join()).toMatch(/WS226/);
  });
});
