import { App, Chart, Duration, Testing } from 'cdk8s';
import type { Manifest } from '../../../lib/manifest';
import { deriveTiming } from '../../../lib/timing';
import { WebSocketServer, type WebSocketServerProps } from '../../../lib/workload';
import type { Yaml } from '../../ingress/support';

export const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(25) });
export const chat: WebSocketServerProps = {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing,
  adapter: { kind: 'none', podsAreIndependent: true },
};
export const proxy = {
  socketIo: { path: '/ide/socket.io/' },
  routes: [{ path: '/ide/', upstreamPath: '/' }],
  addressesAppended: 2,
};
export const disk = { per: 'pod', mountPath: '/data', size: '20Gi' } as const;

/** Everything that is written for a server alone. */
export function objects(props: WebSocketServerProps): readonly Manifest[] {
  const chart = new Chart(new App(), 'test');
  new WebSocketServer(chart, 'Server', props);
  return Testing.synth(chart) as Manifest[];
}

/** The one object of a kind among them. */
export function only(kind: string, props: WebSocketServerProps): Yaml {
  const found = objects(props).filter((manifest) => manifest.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
}
