import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../machine/folder';
import { MEASURED } from './measured';
import { measuredPage } from './measured-page';

/** After all suites. */
export default function teardown(): void {
  (globalThis as { clusterTeardown?: () => void }).clusterTeardown?.();
  if (process.env.HOLDFAST_MEASURED_PAGE !== '1') return;
  const { page, svg } = measuredPage(MEASURED);
  writeFileSync(join(ROOT, 'docs', 'measured.md'), page);
  writeFileSync(join(ROOT, 'docs', 'measured.svg'), svg);
}
