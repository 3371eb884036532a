import { checklists } from './checklists';
import { onCallCard } from './on-call-card';
import { runbook } from './runbook';
import type { SystemOnPaper } from './system-on-paper';
import { criteria, incidentTemplate, workshop } from './templates';

export type PaperName = 'runbook' | 'card' | 'incident' | 'checklists' | 'criteria' | 'workshop';

/** One page about a system. */
export interface Paper {
  readonly name: PaperName;
  readonly file: string;
  readonly what: string;
  readonly write: (system: SystemOnPaper) => string;
}

/** Every page. */
export const PAPERS: readonly Paper[] = Object.freeze([
  { name: 'runbook', file: 'runbook.md', what: 'first looks, and a heading for each cause', write: runbook },
  { name: 'card', file: 'on-call-card.txt', what: 'one page for whoever is woken', write: onCallCard },
  { name: 'incident', file: 'incident.md', what: 'what is filled in afterwards', write: incidentTemplate },
  { name: 'checklists', file: 'checklists.md', what: 'before and after a deployment', write: checklists },
  {
    name: 'criteria',
    file: 'criteria.md',
    what: 'success criteria, and the requirements of the architecture',
    write: criteria,
  },
  { name: 'workshop', file: 'workshop.md', what: 'two hours in which faults are found', write: workshop },
]);
