import type { Diagnosis } from '../diagnose';
import { html } from './html';
import { json } from './json';
import { junit } from './junit';
import { markdown } from './markdown';
import { type TextOptions, text } from './text';

const WRITERS = { text, json, junit, markdown, html } as const;

export type Format = keyof typeof WRITERS;

/** A diagnosis as text in one of the formats; ends with a line break. */
export function render(diagnosis: Diagnosis, format: Format, options: TextOptions = {}): string {
  return WRITERS[format](diagnosis, options);
}
