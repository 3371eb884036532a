import type * as kube from 'cdk8s-plus-28/lib/imports/k8s';
import { plainKind, toPlain } from './plain-kind';

/**
 * The typed Kubernetes objects of cdk8s-plus-28: its types, which check what we write, without its code. The code only renames a few fields and is three
 * megabytes; a fifth of the time of a synthesis went into loading it and into its copies. A test holds the output of both against each other.
 */
export type * from 'cdk8s-plus-28/lib/imports/k8s';

export const KubeConfigMap = plainKind<kube.KubeConfigMapProps>('v1', 'ConfigMap');
export const KubeHorizontalPodAutoscalerV2 = plainKind<kube.KubeHorizontalPodAutoscalerV2Props>(
  'autoscaling/v2',
  'HorizontalPodAutoscaler',
);
export const KubeIngress = plainKind<kube.KubeIngressProps>('networking.k8s.io/v1', 'Ingress');
export const KubeNamespace = plainKind<kube.KubeNamespaceProps>('v1', 'Namespace');
export const KubeNetworkPolicy = plainKind<kube.KubeNetworkPolicyProps>('networking.k8s.io/v1', 'NetworkPolicy');
export const KubePersistentVolumeClaim = plainKind<kube.KubePersistentVolumeClaimProps>('v1', 'PersistentVolumeClaim');
export const KubePodDisruptionBudget = plainKind<kube.KubePodDisruptionBudgetProps>('policy/v1', 'PodDisruptionBudget');
export const KubeService = plainKind<kube.KubeServiceProps>('v1', 'Service');
export const KubeServiceAccount = plainKind<kube.KubeServiceAccountProps>('v1', 'ServiceAccount');

export const toJson_Container = (container: kube.Container) => toPlain(container);
export const toJson_PersistentVolumeClaimSpec = (spec: kube.PersistentVolumeClaimSpec) => toPlain(spec);
export const toJson_PodSpec = (spec: kube.PodSpec) => toPlain(spec);
export const toJson_SecurityContext = (context: kube.SecurityContext) => toPlain(context);

/** A number or a string, which is all that becomes of it. */
export const IntOrString = { fromNumber: (value: number) => value as unknown as kube.IntOrString };
export type IntOrString = kube.IntOrString;
export const Quantity = {
  fromNumber: (value: number) => value as unknown as kube.Quantity,
  fromString: (value: string) => value as unknown as kube.Quantity,
};
export type Quantity = kube.Quantity;
