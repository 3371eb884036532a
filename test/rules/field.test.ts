import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadTexts } from '../../lib/manifest';
import { checkLoaded } from '../../lib/rules';
import { evidenceOf, WORKLOAD_KINDS } from '../../lib/system';

const FOLDER = path.join(__dirname, 'field');

/**
 * Systems in the shape of public charts, written after them: images, ports, probes, timeouts and strategies are theirs. The first lines say what the system is, what shows
 * that it holds connections, and each finding with the reason for which a maintainer would accept it.
 */
const SYSTEMS = fs.readdirSync(FOLDER).map((file) => {
  const text = fs.readFileSync(path.join(FOLDER, file), 'utf8');
  const head = text.split('\n').filter((line) => line.startsWith('# '));
  const said = (key: string) =>
    head.flatMap((line) => (line.startsWith(`# ${key}: `) ? [line.slice(key.length + 4)] : []));
  const [tier = '', ...reason] = (said('evidence')[0] ?? '').split(': ');
  const expected = said('expect').filter((line) => line !== 'nothing');
  return { name: path.basename(file, '.yaml'), text, tier, reason: reason.join(': '), expected };
});

test('there are at least forty', () => {
  expect(SYSTEMS.length).toBeGreaterThanOrEqual(40);
});

test.each(SYSTEMS.map((system) => [system.name, system] as const))(
  '%s is told what is so, and nothing else',
  (_name, system) => {
    const loaded = loadTexts(new Map([['system.yaml', system.text]]));
    expect(loaded.problems).toEqual([]);
    const workload = loaded.bundle.ofKind(...WORKLOAD_KINDS)[0];
    if (workload === undefined) throw new Error('there is no workload');
    const { tier, reasons } = evidenceOf(loaded.bundle, workload);
    expect(tier).toBe(system.tier);
    if (system.reason !== '') expect(reasons.some((one) => one.startsWith(system.reason))).toBe(true);
    const told = checkLoaded(loaded).findings.map(({ code, level }) => `${code} ${level}`);
    expect([...new Set(told)].sort()).toEqual(system.expected.map((line) => line.slice(0, line.indexOf(':'))).sort());
    // A reason for each, in words.
    for (const line of system.expected) expect(line.slice(line.indexOf(':') + 2).length).toBeGreaterThan(30);
  },
);
