import { App, Chart, Testing } from 'cdk8s';
import { GkeWebSocketEdge } from '../../../lib/ingress';
import { deriveTiming } from '../../../lib/timing';
import { WebSocketServer, type WebSocketServerProps } from '../../../lib/workload';
import type { Yaml } from '../../ingress/support';

/** Everything that is written for a server like this behind Google's balancer. */
export function systemOf(props: Partial<WebSocketServerProps>): readonly Yaml[] {
  const chart = new Chart(new App(), 'test', { namespace: 'chat' });
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing: deriveTiming(),
    adapter: { kind: 'none', podsAreIndependent: true },
    ...props,
  });
  new GkeWebSocketEdge(chart, 'Edge', { name: 'chat', host: 'chat.example.com', server });
  return Testing.synth(chart) as Yaml[];
}

/** The first of a kind. */
export const one = (manifests: readonly Yaml[], kind: string): Yaml =>
  manifests.find((manifest) => manifest.kind === kind);
