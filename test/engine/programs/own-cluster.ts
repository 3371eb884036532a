import { ApiObject, Chart } from 'cdk8s';
import { ChartResources, ClusterProvider, GkeCluster } from '../../../lib/pulumi';
import { HoldfastApp } from '../../../lib/synth';

/** A cluster and an object in it. `SCOPES` changes what no pool can change in place; `POOL` is the name that a pool of an earlier version has. */
const cluster = new GkeCluster(
  'cluster',
  { name: 'chat', project: 'p', region: 'europe-west1', deletionProtection: process.env.PROTECTED !== 'false' },
  {
    transformations: [
      ({ type, props, opts }) => {
        if (type !== 'gcp:container/nodePool:NodePool') return undefined;
        const { SCOPES, POOL } = process.env;
        return {
          props: {
            ...props,
            ...(POOL === undefined ? {} : { name: POOL }),
            ...(SCOPES === undefined ? {} : { nodeConfig: { ...props.nodeConfig, oauthScopes: [SCOPES] } }),
          },
          opts,
        };
      },
    ],
  },
);
const chart = new Chart(new HoldfastApp(), 'chat', { namespace: 'default' });
new ApiObject(chart, 'Config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'chat' }, data: { a: 'b' } });
const kubernetes = new ClusterProvider('kubernetes', { clusterId: 'chat', kubeconfig: cluster.kubeconfig });
new ChartResources(
  'chat',
  { chart, deletedWith: cluster.cluster },
  { providers: { kubernetes }, dependsOn: [cluster.nodes] },
);
