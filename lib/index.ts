/**
 * Kubernetes manifests for applications with long-lived connections: where a connection enters, where it is served, and the one timing
 * that both obey.
 */
export * from './ingress';
export { InvalidInputError, Problems } from './input';
export { fileNames, identityOf, type Manifest, type ManifestMetadata, toYaml } from './manifest';
export * from './monitors';
export * from './nginx';
export * from './synth';
export * from './timing';
export * from './workload';
