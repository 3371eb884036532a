import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { identityOf, loadPaths } from '../../lib/manifest';
import { checkLoaded } from '../../lib/rules';
import { controllerOf, routesOf } from '../../lib/system';

const EXAMPLES = path.join(__dirname, '../../examples');

test.each(fs.readdirSync(EXAMPLES).filter((file) => file.endsWith('.ts')))(
  'what examples/%s writes is clean under every rule',
  (program) => {
    const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-rules-example-'));
    const before = process.env.CDK8S_OUTDIR;
    process.env.CDK8S_OUTDIR = outdir;
    try {
      jest.isolateModules(() => require(path.join(EXAMPLES, program)));
      const loaded = loadPaths([outdir]);
      expect(loaded.problems).toEqual([]);
      expect(loaded.bundle.objects.length).toBeGreaterThan(5);
      // Whoever takes a route that nobody recognizes is judged by no rule, and would be clean for that alone.
      for (const route of routesOf(loaded.bundle)) {
        expect([identityOf(route), controllerOf(loaded.bundle, route)]).not.toContain('other');
      }
      expect(checkLoaded(loaded).findings).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.CDK8S_OUTDIR;
      else process.env.CDK8S_OUTDIR = before;
      fs.rmSync(outdir, { recursive: true, force: true });
    }
  },
);
