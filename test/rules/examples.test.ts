import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { identityOf, loadPaths, valueAt } from '../../lib/manifest';
import { checkLoaded, type Finding } from '../../lib/rules';
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
        // One that is attached to a Gateway of somebody else is recognized together with that.
        const [parent] = (valueAt(route, ['spec', 'parentRefs']) ?? []) as { name: string; namespace?: string }[];
        if (
          parent?.namespace !== undefined &&
          loaded.bundle.find('Gateway', parent.namespace, parent.name) === undefined
        )
          continue;
        expect([identityOf(route), controllerOf(loaded.bundle, route)]).not.toContain('other');
      }
      // Services that are there already are not among these objects.
      const missing = ({ code, actual }: Finding) => code === 'WS230' && actual.endsWith('not in what was read');
      expect(checkLoaded(loaded).findings.filter((finding) => !missing(finding))).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.CDK8S_OUTDIR;
      else process.env.CDK8S_OUTDIR = before;
      fs.rmSync(outdir, { recursive: true, force: true });
    }
  },
);
