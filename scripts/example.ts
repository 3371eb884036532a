import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Bundle, loadPaths } from '../lib/manifest';

const EXAMPLES = path.join(__dirname, '..', 'examples');

/** The objects that a program of `examples/` writes. It is run as it stands, into a folder of its own. */
export function objectsOf(program: string): Bundle {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-example-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = outdir;
  const file = require.resolve(path.join(EXAMPLES, program));
  try {
    // A program that ran already would not run again.
    delete require.cache[file];
    require(file);
    return loadPaths(['.'], { cwd: outdir }).bundle;
  } finally {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
    fs.rmSync(outdir, { recursive: true });
  }
}
