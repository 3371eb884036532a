/**
 * Kubernetes objects as plain data: what they are called, in which order they are applied, how they are printed; and reading them from
 * files, as a set in which every object can be found from every other.
 */
export { annotationOf, annotationsOf } from './annotation';
export { Bundle, namespaceOf, type Origin } from './bundle';
export { type Documents, readDocuments } from './documents';
export { type Edit, EditError, editText } from './edit';
export { type FieldPath, printPath, valueAt } from './field';
export { fileNames } from './files';
export { type Loaded, type LoadOptions, loadPaths, loadTexts, STDIN } from './load';
export { Locator, type Place } from './locate';
export { applyOrderOf, groupOf, identityOf, type Manifest, type ManifestMetadata } from './manifest';
export { toYaml } from './yaml';
