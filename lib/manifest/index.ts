/** Kubernetes objects as plain data: what they are called, in which order they are applied, how they are printed. */
export { fileNames } from './files';
export { applyOrderOf, groupOf, identityOf, type Manifest, type ManifestMetadata } from './manifest';
export { toYaml } from './yaml';
