/**
 * A server of the custom metrics API, which tells an autoscaler what the pods' own `/metrics` say: `node metrics-process.ts ADDRESS PORT KEY
 * CERTIFICATE`. Whoever starts it tells it the addresses of pods by their names.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [address = '', port = '', key = '', certificate = ''] = process.argv.slice(2);
const VERSION = 'custom.metrics.k8s.io/v1beta2';
const METRIC = 'ws_connections';
/** Where the application tells its metrics, past the proxy. */
const APPLICATION_PORT = 3000;

let pods: Readonly<Record<string, string>> = {};

async function connectionsOf(ip: string): Promise<number> {
  const answer = await fetch(`http://${ip}:${APPLICATION_PORT}/metrics`, { signal: AbortSignal.timeout(2000) });
  const lines = (await answer.text()).matchAll(new RegExp(`^${METRIC}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function items(namespace: string): Promise<object[]> {
  const asked = Object.entries(pods).map(async ([name, ip]) => {
    // One that does not answer has no metric, as with any adapter.
    const value = await connectionsOf(ip).catch(() => undefined);
    if (value === undefined) return [];
    return [
      {
        describedObject: { kind: 'Pod', namespace, name, apiVersion: '/v1' },
        metric: { name: METRIC },
        timestamp: new Date().toISOString(),
        value: String(value),
      },
    ];
  });
  return (await Promise.all(asked)).flat();
}

async function answer(path: string): Promise<object | undefined> {
  if (path === `/apis/${VERSION}`) {
    const resource = {
      name: `pods/${METRIC}`,
      singularName: '',
      namespaced: true,
      kind: 'MetricValueList',
      verbs: ['get'],
    };
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: VERSION, resources: [resource] };
  }
  const [, namespace] = new RegExp(`^/apis/${VERSION}/namespaces/([^/]+)/pods/\\*/${METRIC}$`).exec(path) ?? [];
  if (namespace === undefined) return undefined;
  return { kind: 'MetricValueList', apiVersion: VERSION, metadata: {}, items: await items(namespace) };
}

createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
  answer(decodeURIComponent(request.url?.split('?')[0] ?? ''))
    .then((body) => {
      response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body ?? {}));
    })
    .catch(() => response.writeHead(500).end());
}).listen(Number(port), address, () => process.send?.('listens'));

process.on('message', (told: Readonly<Record<string, string>>) => {
  pods = told;
});
// Whoever started this is gone.
process.on('disconnect', () => process.exit());
