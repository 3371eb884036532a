import { App, Chart, Testing } from 'cdk8s';
import { deriveTiming } from '../../../lib/timing';
import { WebSocketServer, type WebSocketServerProps } from '../../../lib/workload';
import type { Yaml } from '../../ingress/support';

const timing = deriveTiming();

/** What a server of one pod becomes. */
export function objects(props: Partial<WebSocketServerProps>): readonly Yaml[] {
  const chart = new Chart(new App(), 'test', { namespace: 'chat' });
  new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing,
    replicas: 1,
    ...props,
  });
  return Testing.synth(chart);
}

/** Its pod. */
export const podOf = (props: Partial<WebSocketServerProps>): Yaml =>
  objects(props).find(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet').spec.template.spec;

/** A container beside it. */
export const container = (name: string, more: object = {}) => ({ name, image: 'exporter:1.0.0', ...more });
