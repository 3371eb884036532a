import * as pulumi from '@pulumi/pulumi';
import { kubernetesVersion } from '../chart/kubernetes-version';

export interface ClusterProviderArgs {
  /**
   * What this cluster is called, for as long as it is this cluster: a name of your own, not one of a kubeconfig. Everything is made anew when it changes, and nothing
   * is when only the kubeconfig does.
   */
  readonly clusterId: string;

  /** The context of the kubeconfig. @default - the current one of `kubeconfig` */
  readonly context?: string;

  /**
   * The text of a kubeconfig.
   *
   * @default - the files that `kubectl` uses on the machine that deploys; they are not written into the state
   */
  readonly kubeconfig?: pulumi.Input<string>;

  /**
   * Takes over objects that exist, and fields that `kubectl` wrote.
   *
   * @default false, an object that exists is an error
   */
  readonly adoptExisting?: boolean;
}

/**
 * The provider of one cluster, with the settings that keep a deployment from deleting what it only wants to change:
 *
 * - A changed ConfigMap or Secret is changed, and not deleted and made again while pods mount it.
 * - The cluster is told by its identifier. By default the provider tells it by its entry in the kubeconfig, and a new certificate replaces everything.
 * - The path in `$KUBECONFIG` stays out of the state, where it would differ from one person to the next.
 *
 * @example
 * const kubernetes = new ClusterProvider('kubernetes', { clusterId: 'chat-production', context: 'gke_chat_europe-west1_chat' });
 * new ChartResources('chat', { chart }, { providers: { kubernetes } });
 */
export class ClusterProvider extends pulumi.ProviderResource {
  constructor(name: string, args: ClusterProviderArgs, options: pulumi.ResourceOptions = {}) {
    super(
      'kubernetes',
      name,
      {
        clusterIdentifier: args.clusterId,
        ...(args.context === undefined ? {} : { context: args.context }),
        ...(args.kubeconfig === undefined ? {} : { kubeconfig: pulumi.secret(args.kubeconfig) }),
        // Settings of a provider are text.
        enableConfigMapMutable: 'true',
        enableSecretMutable: 'true',
        enableServerSideApply: 'true',
        // A field that kubectl wrote with another value would otherwise be a conflict.
        ...(args.adoptExisting === true ? { upsertExistingObjects: 'true', enablePatchForce: 'true' } : {}),
      },
      { version: kubernetesVersion(), ...options } as pulumi.ResourceOptions,
    );
  }
}
