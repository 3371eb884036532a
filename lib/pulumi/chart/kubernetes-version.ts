/** The version of Pulumi's SDK for Kubernetes that is installed: that of the provider which the engine must use. */
export function kubernetesVersion(): string {
  return (require('@pulumi/kubernetes/package.json') as { readonly version: string }).version;
}
