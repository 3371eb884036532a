import type { Report } from '../check';
import type { Format } from './formats';
import { github } from './github';
import { json } from './json';
import { junit } from './junit';
import { markdown } from './markdown';
import type { RenderOptions } from './options';
import { sarif } from './sarif';
import { text } from './text';

const WRITERS: Readonly<Record<Format, (report: Report, options: RenderOptions) => string>> = {
  text,
  json,
  sarif,
  junit,
  github,
  markdown,
};

/** A report as text in one of the formats; ends with a line break. */
export function render(report: Report, format: Format, options: RenderOptions = {}): string {
  return WRITERS[format](report, options);
}
