import type { Diagnosis } from '../diagnose';
import { html } from './html';
import { json } from './json';
import { junit } from './junit';
import { markdown } from './markdown';
import { planJson, planText } from './plan-text';
import { type TextOptions, text } from './text';

const WRITERS = { text, json, junit, markdown, html } as const;

export type Format = keyof typeof WRITERS;

/** A diagnosis as text in one of the formats; ends with a line break. */
export function render(diagnosis: Diagnosis, format: Format, options: RenderOptions = {}): string {
  const written = WRITERS[format](diagnosis, options);
  if (options.plan === undefined || format === 'junit' || format === 'html') return written;
  const only = options.plan === true ? undefined : options.plan;
  if (format === 'json')
    return `${JSON.stringify({ ...JSON.parse(written), plan: planJson(diagnosis, only) }, null, 2)}\n`;
  const text = planText(diagnosis, only);
  return format === 'markdown' ? `${written}\n\`\`\`\n${text}\`\`\`\n` : `${written}\n${text}`;
}

export interface RenderOptions extends TextOptions {
  /** Adds the changes that would mend what was found, or those of one cause. @default - no plan */
  readonly plan?: true | string;
}
