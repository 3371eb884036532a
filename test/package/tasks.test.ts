import * as fs from 'node:fs';
import * as path from 'node:path';
import { Project } from './support/project';

/** What `package.json` of the new project calls, run as npm would run it there. */
const script = (project: Project, folder: string, program: string, ...args: string[]) =>
  project.nodeIn(folder, path.join(project.folder, 'node_modules', program), ...args);

describe('a project that holdfast init makes', () => {
  const project = new Project();
  afterAll(() => project.remove());

  test('is made in an empty folder', () => {
    expect(project.holdfast('init', 'chat')).toMatchObject({ status: 0 });
  });

  test('compiles', () => {
    expect(script(project, 'chat', 'typescript/bin/tsc', '--noEmit')).toEqual({ status: 0, output: '' });
  });

  test('passes its test at once, and again where nothing may be written', () => {
    const first = script(project, 'chat', 'jest/bin/jest.js', '--ci=false');
    expect(first.output).toMatch(/snapshots? written/);
    expect(first.status).toBe(0);
    const again = script(project, 'chat', 'jest/bin/jest.js', '--ci');
    expect(again.output).toMatch(/^Tests: +\d+ passed, \d+ total$/m);
    expect(again.status).toBe(0);
  });

  test('fails its test when the environment changes', () => {
    const file = path.join(project.folder, 'chat/environments/production.ts');
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace('replicas: 3', 'replicas: 4'));
    expect(script(project, 'chat', 'jest/bin/jest.js', '--ci').status).toBe(1);
    fs.writeFileSync(file, text);
  });

  test('synthesizes manifests, which holdfast check finds nothing in', () => {
    expect(script(project, 'chat', 'tsx/dist/cli.mjs', 'main.ts')).toMatchObject({ status: 0 });
    const manifests = path.join(project.folder, 'chat/manifests');
    const files = fs.readdirSync(path.join(manifests, 'production'));
    expect(files.length).toBeGreaterThan(8);
    const check = project.holdfast('check', manifests);
    expect(check.output).not.toMatch(/WS\d/);
    expect(check.status).toBe(0);
  });

  test('says in words what is wrong, and writes nothing then', () => {
    const file = path.join(project.folder, 'chat/environments/production.ts');
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace("host: 'chat.example.com'", "host: 'https://chat'"));
    const { status, output } = script(project, 'chat', 'tsx/dist/cli.mjs', 'main.ts');
    expect(status).toBe(1);
    expect(output.trim()).toMatch(/^production\.edge\.host: "https:\/\/chat" is not a host/);
    fs.writeFileSync(file, text);
  });
});
