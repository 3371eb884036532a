import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Report } from '../../lib/rules';
import { Project } from './support/project';

const root = path.join(__dirname, '..', '..');
const field = path.join(root, 'test', 'rules', 'field');
const systems = fs.readdirSync(field);
const project = new Project(
  Object.fromEntries(
    systems.map((name) => [path.join('manifests', name), fs.readFileSync(path.join(field, name), 'utf8')]),
  ),
);
const cli = path.join(project.folder, 'node_modules', 'holdfast', 'dist', 'lib', 'cli');

afterAll(() => project.remove());

/** What `holdfast check` of the package loads: files of its own, packages, and parts of Node. */
function loadedBy(...args: readonly string[]): readonly string[] {
  const code = `
    const before = new Set(process.moduleLoadList);
    process.argv = [process.execPath, 'holdfast', ...${JSON.stringify(args)}];
    process.on('exit', () => {
      const parts = process.moduleLoadList.filter((name) => !before.has(name));
      process.stderr.write(JSON.stringify([...Object.keys(require.cache), ...parts]));
    });
    require(${JSON.stringify(path.join(cli, 'main.js'))});`;
  const { output } = project.node('-e', code);
  return JSON.parse(output.slice(output.lastIndexOf('["'))) as readonly string[];
}

test('the program and the rules that a program imports find the same in every system of the field', () => {
  const { output } = project.node(
    '-e',
    `const { check, render } = require('holdfast/rules');
     const read = (name) => require('node:fs').readFileSync('manifests/' + name, 'utf8');
     process.stdout.write(JSON.stringify(${JSON.stringify(systems)}.map((name) => render(check(read(name)), 'json'))));`,
  );
  const imported = JSON.parse(output) as readonly string[];
  for (const [i, name] of systems.entries()) {
    const file = path.join('manifests', name);
    const report = JSON.parse(project.holdfast('check', '--format', 'json', file).output) as Report;
    expect(report.objects).toBeGreaterThan(0);
    expect(JSON.stringify(report).replaceAll(file, 'manifests.yaml')).toBe(
      JSON.stringify(JSON.parse(imported[i] ?? '')),
    );
  }
});

test('a small file is judged by two files of the package, and nothing that it does without is loaded from Node', () => {
  const loaded = loadedBy('check', path.join('manifests', 'wekan.yaml'));
  const files = loaded.filter((name) => name.endsWith('.js') || name.endsWith('.cjs'));
  expect(files.map((file) => path.relative(cli, file)).sort()).toEqual(['check-program.js', 'main.js']);
  expect(loaded.filter((name) => /NativeModule (child_process|crypto|net|tty|readline)$/.test(name))).toEqual([]);
  // The same look at a command that loads them.
  expect(loadedBy('doctor', '--help').join()).toMatch(/commander.*NativeModule child_process/);
});

test('it expands folders, and says in words what cannot be read', () => {
  expect(project.holdfast('check', '--summary', 'manifests').output).toMatch(/ in \d{3} objects/);
  expect(project.holdfast('check', '--suppress', 'nonsense')).toEqual({
    status: 2,
    output: expect.not.stringContaining(' at '),
  });
  expect(project.holdfast('check', '--nonsense').output).toContain("error: unknown option '--nonsense'");
  expect(project.holdfast('check', '--version').output).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('its help is that of the whole program', () => {
  expect(project.holdfast('check', '--help').output).toContain('Usage: holdfast check [options] [paths...]');
  expect(loadedBy('check', '--help').filter((name) => name.includes('check-program'))).toEqual([]);
});

test.each(['commander', 'js-yaml'])('it holds the licence of %s, which is part of it', (name) => {
  const words = (text: string) => text.replace(/^ \*/gm, '').split(/\s+/).join(' ').trim();
  const licence = fs.readFileSync(path.join(root, 'node_modules', name, 'LICENSE'), 'utf8');
  expect(words(fs.readFileSync(path.join(cli, 'check-program.js'), 'utf8'))).toContain(words(licence));
});
