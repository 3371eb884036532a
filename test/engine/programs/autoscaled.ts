import { ApiObject, Chart } from 'cdk8s';
import { ChartResources, ClusterProvider } from '../../../lib/pulumi';
import { HoldfastApp } from '../../../lib/synth';

/** One autoscaler, of the version of its API and under the name of its component that the environment says. */
const version = process.env.AUTOSCALING ?? 'v2';
const name = process.env.COMPONENT ?? 'before';

const chart = new Chart(new HoldfastApp(), 'chat', { namespace: 'default' });
new ApiObject(chart, 'Autoscaler', {
  apiVersion: `autoscaling/${version}`,
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'chat' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat' }, maxReplicas: 3 },
});
const kubernetes = new ClusterProvider('kubernetes', { clusterId: 'dev', context: 'dev' });
new ChartResources(
  name,
  { chart },
  { providers: { kubernetes }, ...(name === 'before' ? {} : { aliases: [{ name: 'before' }] }) },
);
