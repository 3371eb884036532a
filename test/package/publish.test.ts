import { execFileSync, spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { tarball } from './support/project';

const root = path.join(__dirname, '..', '..');
const bin = (name: string) => path.join(root, 'node_modules', '.bin', name);

function packedFiles(): ReadonlyMap<string, string> {
  const names = execFileSync('tar', ['tzf', tarball()], { encoding: 'utf8' }).trim().split('\n');
  return new Map(
    names.map((name) => [
      name.replace(/^package\//, ''),
      /\.(md|json|map)$/.test(name)
        ? execFileSync('tar', ['xzOf', tarball(), name], { encoding: 'utf8', maxBuffer: 2 ** 24 })
        : '',
    ]),
  );
}

test('every entry resolves in every mode of resolution', () => {
  const { stdout, status } = spawnSync(bin('attw'), [tarball(), '--format', 'json'], { encoding: 'utf8' });
  const { analysis } = JSON.parse(stdout) as { analysis: { problems: readonly unknown[] } };
  expect(analysis.problems).toEqual([]);
  expect(status).toBe(0);
});

test('publint finds nothing', () => {
  const { stdout, status } = spawnSync(bin('publint'), [tarball(), '--strict'], { encoding: 'utf8' });
  expect(stdout).toMatch(/All good/);
  expect(status).toBe(0);
});

describe('the tarball', () => {
  const files = packedFiles();

  test('holds whatever its pages point to', () => {
    const missing: string[] = [];
    for (const [page, text] of files) {
      if (!page.endsWith('.md')) continue;
      for (const [, link] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (link === undefined || /^[a-z]+:/.test(link)) continue;
        const target = path.posix.join(path.posix.dirname(page), link);
        if (!files.has(target) && ![...files.keys()].some((name) => name.startsWith(`${target}/`))) {
          missing.push(`${page}: ${link}`);
        }
      }
    }
    expect(missing).toEqual([]);
  });

  test('has the source of everything that a debugger or an editor opens', () => {
    const maps = [...files].filter(([name]) => name.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(0);
    for (const [name, text] of maps) {
      const { sources, sourcesContent } = JSON.parse(text) as { sources: string[]; sourcesContent?: string[] };
      const inside = sources.every((source) => files.has(path.posix.join(path.posix.dirname(name), source)));
      expect([name, inside || sourcesContent?.length === sources.length]).toEqual([name, true]);
    }
  });

  test('holds no test and no benchmark', () => {
    // What `holdfast init` writes has one, which is not ours to run.
    expect([...files.keys()].filter((name) => /^(test|bench|scripts)\/|\.test\.(?!ts\.tpl$)/.test(name))).toEqual([]);
  });
});
