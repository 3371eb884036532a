import type { Diagnosis } from '../diagnose';
import { html } from './html';
import { json } from './json';
import { junit } from './junit';
import { markdown } from './markdown';
import { planText } from './plan-text';
import { type TextOptions, text } from './text';

export type Format = 'text' | 'json' | 'junit' | 'markdown' | 'html';

const WRITERS: Readonly<Record<Format, (diagnosis: Diagnosis, options: RenderOptions) => string>> = {
  text,
  json,
  junit,
  markdown,
  html,
};

/** A diagnosis as text in one of the formats; ends with a line break. */
export function render(diagnosis: Diagnosis, format: Format, options: RenderOptions = {}): string {
  const written = WRITERS[format](diagnosis, options);
  // JSON holds it among the rest; JUnit and HTML have no place for it.
  if (options.plan === undefined || (format !== 'text' && format !== 'markdown')) return written;
  const text = planText(diagnosis, options.plan === true ? undefined : options.plan);
  return format === 'markdown' ? `${written}\n\`\`\`\n${text}\`\`\`\n` : `${written}\n${text}`;
}

export interface RenderOptions extends TextOptions {
  /** Adds the changes that would mend what was found, or those of one cause. @default - no plan */
  readonly plan?: true | string;
}
