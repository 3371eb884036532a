export type { Affinity } from './affinity';
export * from './gke';
