/** A program with the mistakes that Pulumi and cdk8s let pass, all at once. Run by the tests with Pulumi's own runner. */
import { GlobalAddress } from '@pulumi/gcp/compute/globalAddress';
import { ApiObject, Chart } from 'cdk8s';
import { Problems } from '../../../lib/input';
import type { Manifest } from '../../../lib/manifest';
import {
  ChartResources,
  checkEdgeReferences,
  checkGlobalEdge,
  OutputResolver,
  reportingInput,
} from '../../../lib/pulumi';
import { HoldfastApp } from '../../../lib/synth';

const redis = new GlobalAddress('redis', { name: 'redis' });
const outputs = new OutputResolver();
const chart = new Chart(new HoldfastApp({ resolvers: [outputs] }), 'chat', { namespace: 'chat' });
const ingress = new ApiObject(chart, 'Ingress', {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'chat', annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'chat-addres' } },
});
new ApiObject(chart, 'Text', {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'text' },
  data: { url: `redis://${redis.address}:6379`, json: JSON.stringify({ host: redis.address }) },
});
new ApiObject(chart, 'Named', {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: outputs.text(redis.address) },
  data: { [outputs.text(redis.address)]: 'value' },
});

reportingInput(() => {
  const problems = new Problems();
  checkGlobalEdge(problems.at('edge'), { host: '', address: 'chat-address' });
  checkEdgeReferences(problems, [ingress.toJson() as Manifest], { addresses: ['chat-address'] });
  problems.gather(() => new ChartResources('chat', { chart }));
  problems.throwIfAny();
});
