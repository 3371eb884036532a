/** What hangs on the wall: runbook, card, templates and checklists of one system, written from its manifests. Loads no cdk8s. */
export type { ChecklistName } from './checklists';
export { PAPERS, type Paper, type PaperName } from './papers';
export { unprintable } from './printable';
export { type SystemOnPaper, systemsOnPaper } from './system-on-paper';
export { type TickedItem, ticked } from './ticked';
