import { App, Chart, Testing } from 'cdk8s';
import { deriveTiming } from '../../../lib/timing';
import {
  WebSocketGateway,
  type WebSocketGatewayProps,
  WebSocketServer,
  type WebSocketServerProps,
} from '../../../lib/workload';
import type { Yaml } from '../../ingress/support';

export const timing = deriveTiming();

export interface Given {
  readonly gateway?: Partial<WebSocketGatewayProps>;
  readonly server?: Partial<WebSocketServerProps>;
}

/** A gateway in front of the chat backend, and every manifest of the two. */
export function build({ gateway, server }: Given = {}) {
  const chart = new Chart(new App(), 'test', { namespace: 'production' });
  const backend = new WebSocketServer(chart, 'Server', {
    name: 'chat-backend',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing,
    adapter: { kind: 'none', podsAreIndependent: true },
    stableNames: true,
    traffic: { ingressFrom: [] },
    ...server,
  });
  const tier = new WebSocketGateway(chart, 'Gateway', {
    name: 'websocket-gateway',
    server: backend,
    addressesAppended: 2,
    ...gateway,
  });
  return { chart, tier, manifests: Testing.synth(chart) as Yaml[] };
}
