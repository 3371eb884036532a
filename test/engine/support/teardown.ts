import * as fs from 'node:fs';

export default function teardown(): void {
  const folder = process.env.HOLDFAST_ENGINE;
  if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
}
