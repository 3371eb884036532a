import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiObject, Chart } from 'cdk8s';
import { HoldfastApp } from '../../lib/synth';

jest.mock('node:fs', () => {
  const actual = jest.requireActual('node:fs');
  return { ...actual, renameSync: jest.fn(actual.renameSync) };
});

let outdir: string;
beforeEach(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-folder-'));
});
afterEach(() => {
  fs.rmSync(outdir, { recursive: true, force: true });
});

/** A chart for each name, with one object, which is called after the run. */
function appOf(run: string, ...charts: readonly string[]): HoldfastApp {
  const app = new HoldfastApp({ outdir });
  for (const id of charts)
    new ApiObject(new Chart(app, id), 'O', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: run } });
  return app;
}

const tree = () => (fs.readdirSync(outdir, { recursive: true }) as string[]).sort();

/** What the file system would do where `refused` is a mounted volume, or somebody else's. */
function refuse(refused: string): void {
  const { renameSync } = jest.requireActual<typeof fs>('node:fs');
  jest.mocked(fs.renameSync).mockImplementation((from, to) => {
    if (String(from) === path.join(outdir, refused))
      throw new Error(`EBUSY: resource busy or locked, rename '${from}'`);
    renameSync(from, to);
  });
}

test.each(['dev', 'prod'])('where the folder %s cannot be exchanged, all of them stay as they were', (refused) => {
  appOf('first', 'dev', 'prod').synth();
  const before = ['dev', 'dev/10-configmap.first.yaml', 'prod', 'prod/10-configmap.first.yaml'];
  expect(tree()).toEqual(before);
  refuse(refused);
  const again = appOf('second', 'before', 'dev', 'prod', 'after');
  expect(() => again.synth()).toThrow(
    new RegExp(`${refused} cannot be used as an output folder: EBUSY: .*; choose another one$`),
  );
  expect(tree()).toEqual(before);
  refuse('nothing');
  again.synth();
  expect(tree()).toEqual(
    ['after', 'before', 'dev', 'prod'].flatMap((name) => [name, `${name}/10-configmap.second.yaml`]),
  );
});
