import * as fs from 'node:fs';
import { BACKEND_CONFIG, folder, GUIDE, holdfast, read, write } from './folder';

describe('--fix', () => {
  test('rewrites what needs no decision and keeps the rest as it was', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    const { code, err, out } = await holdfast('check', '--fix', 'bc.yaml');
    expect(read('bc.yaml')).toBe(
      BACKEND_CONFIG.replace('timeoutSec: 10 #', 'timeoutSec: 1 #').replace(
        'affinityCookieTtlSec: 600',
        'affinityCookieTtlSec: 0',
      ),
    );
    expect(err).toMatch(/^fixed WS219 .*\nfixed WS216 .*\n$/);
    // What needs a decision is still reported.
    expect(code).toBe(1);
    expect(out).toContain('WS218');
    expect(out).not.toContain('WS219');
  });

  test('leaves a clean tree of the load balancer guide where everything could be decided', async () => {
    write('guide.yaml', GUIDE);
    await holdfast('check', '--fix', 'guide.yaml');
    const { out } = await holdfast('check', 'guide.yaml', '-f', 'json');
    const codes = (JSON.parse(out) as { findings: { code: string }[] }).findings.map(({ code }) => code);
    // The life of a connection, killing hooks, liveness paths, tags, budgets and logging need somebody who decides.
    expect([...new Set(codes)].sort()).toEqual(['WS113', 'WS303', 'WS305', 'WS308', 'WS315', 'WS406']);
    const lines = (text: string) => text.split('\n');
    const changed = lines(read('guide.yaml')).filter((line) => !lines(GUIDE).includes(line));
    expect(changed).toEqual([
      '    drainingTimeoutSec: 50',
      '    affinityCookieTtlSec: 0',
      '      terminationGracePeriodSeconds: 60',
      '          expr: "sum by (reason) (rate(socket_disconnect_total[5m]))"',
    ]);
  });

  test('leaves alone what depends on the protocol; --suggest shows it as a patch and writes nothing', async () => {
    write('guide.yaml', GUIDE);
    await holdfast('check', '--fix', 'guide.yaml');
    const before = read('guide.yaml');
    const { code, out } = await holdfast('check', '--suggest', 'guide.yaml');
    expect(code).toBe(1);
    expect(out).toMatch(/^# WS113 .*\n--- guide\.yaml\n\+\+\+ guide\.yaml\n@@ -\d+,\d+ \+\d+,\d+ @@\n/m);
    expect(out).toContain('-  timeoutSec: 80\n+  timeoutSec: 86400\n');
    expect(read('guide.yaml')).toBe(before);
    expect(await holdfast('check', '--suggest', 'guide.yaml', '-f', 'json')).toMatchObject({
      code: 2,
      err: '--suggest is printed as text; leave out --format json\n',
    });
  });

  test('mends what can be read beside what cannot, and says both', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    write('broken.yaml', 'a: [');
    const { code, out, err } = await holdfast('check', '--fix', 'bc.yaml', 'broken.yaml');
    expect(code).toBe(2);
    expect(read('bc.yaml')).not.toBe(BACKEND_CONFIG);
    expect(err).toMatch(/^fixed WS219 .*\nfixed WS216 .*\n$/);
    expect(out).toMatch(
      /× WS218 [\s\S]*\n× broken\.yaml:1: not readable as YAML: .*\n× 1 error in 1 object \(1 could not be read\)\n$/,
    );
    expect(fs.readdirSync(folder).sort()).toEqual(['bc.yaml', 'broken.yaml']);
  });

  test('refuses standard input', async () => {
    expect(await holdfast('check', '--fix', '-')).toMatchObject({
      code: 2,
      err: '--fix changes files; standard input is none\n',
    });
  });

  test('a second run changes nothing more', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    await holdfast('check', '--fix', 'bc.yaml');
    const once = read('bc.yaml');
    await holdfast('check', '--fix', 'bc.yaml');
    expect(read('bc.yaml')).toBe(once);
  });
});

describe('suppression', () => {
  test('an annotation with a reason switches a rule off for its object', async () => {
    write(
      'bc.yaml',
      BACKEND_CONFIG.replace(
        '  name: chat\n',
        '  name: chat\n  annotations:\n    holdfast/ignore-WS218: replaced next week\n',
      ),
    );
    const { out } = await holdfast('check', 'bc.yaml', '-f', 'json');
    const report = JSON.parse(out) as { findings: { code: string }[]; suppressed: { code: string; reason: string }[] };
    expect(report.findings.map(({ code }) => code)).toEqual(['WS219', 'WS216']);
    expect(report.suppressed).toMatchObject([{ code: 'WS218', reason: 'replaced next week' }]);
  });

  test('an annotation without a reason switches nothing off and is reported', async () => {
    write(
      'bc.yaml',
      BACKEND_CONFIG.replace('  name: chat\n', '  name: chat\n  annotations:\n    holdfast/ignore-WS218: ""\n'),
    );
    const { out } = await holdfast('check', 'bc.yaml');
    expect(out).toContain('WS001');
    expect(out).toContain('WS218');
  });

  test.each([
    ['WS999=BackendConfig/chat', /"WS999" is no rule/],
    ['WS216', /is not understood; write code=Kind\/name/],
  ])('refuses --suppress %s', async (text, message) => {
    const { code, err } = await holdfast('check', '--suppress', text, '-');
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('the baseline', () => {
  test('leaves out what is known, and reports what is new', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    expect((await holdfast('check', 'bc.yaml', '--baseline', 'known.json', '--update-baseline')).code).toBe(0);
    expect(JSON.parse(read('known.json'))).toEqual({
      version: 1,
      known: [
        'WS216 cloud.google.com/BackendConfig chat spec.sessionAffinity.affinityCookieTtlSec',
        'WS218 cloud.google.com/BackendConfig chat spec.healthCheck.type',
        'WS219 cloud.google.com/BackendConfig chat spec.healthCheck.timeoutSec',
      ],
    });
    // Lines may move and values change.
    write('bc.yaml', `# moved\n${BACKEND_CONFIG.replace('timeoutSec: 10', 'timeoutSec: 12')}`);
    expect(await holdfast('check', 'bc.yaml', '--baseline', 'known.json')).toMatchObject({
      code: 0,
      out: '√ nothing found in 1 object (3 in the baseline)\n',
    });
    write('bc.yaml', `${BACKEND_CONFIG}  logging: { sampleRate: 100 }\n`);
    const { code, out } = await holdfast('check', 'bc.yaml', '--baseline', 'known.json');
    expect(code).toBe(1);
    expect(out).toContain('WS223');
  });

  test('fails when the file is not there', async () => {
    expect(await holdfast('check', '-', '--baseline', 'known.json')).toMatchObject({
      code: 2,
      err: 'known.json: there is no such baseline; make it with --update-baseline\n',
    });
  });
});

describe('the configuration file', () => {
  test('changes levels, switches rules off, leaves files out and says what counts', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    write('broken.yaml', 'a: [');
    write(
      '.holdfast.yaml',
      `levels: { WS218: off, WS219: info }
suppress:
  - { rule: WS216, object: BackendConfig/chat, reason: measured }
exclude: ['broken.yaml']
failOn: warning
`,
    );
    const { code, out } = await holdfast('check', '.');
    expect(code).toBe(0);
    expect(out).toContain('i WS219');
    expect(out).toContain('1 info in 1 object (1 suppressed)');
    expect((await holdfast('check', '.', '--fail-on', 'info')).code).toBe(1);
  });

  test('fails with everything that is wrong with it', async () => {
    write('c.yaml', 'levels: { WS777: error, WS216: loud }\nsuppress: [{ rule: WS216 }]\nlevel: 1\n');
    const { code, err } = await holdfast('check', '-', '--config', 'c.yaml');
    expect(code).toBe(2);
    expect(err.split('\n')).toEqual([
      '5 problems:',
      '  - c.yaml.level: is unknown; give levels, suppress, exclude, failOn or assume',
      '  - c.yaml.levels: "WS777" is no rule; holdfast check --list shows all',
      '  - c.yaml.levels.WS216: "loud" is no level; give error, warning, info or off',
      '  - c.yaml.suppress[0].object: is missing; give Kind/name, such as BackendConfig/chat',
      '  - c.yaml.suppress[0].reason: is missing; say why the rule does not apply',
      '',
    ]);
  });
});

describe('--json', () => {
  test('is --format json, for findings and for the list of rules', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    const { code, out } = await holdfast('check', '--json', 'bc.yaml');
    expect(code).toBe(1);
    expect(out).toBe((await holdfast('check', '--format', 'json', 'bc.yaml')).out);
    expect(JSON.parse(out)).toHaveProperty('findings');
    const rules = await holdfast('check', '--list', '--json');
    expect(JSON.parse(rules.out)).toContainEqual(expect.objectContaining({ code: 'WS216' }));
  });

  test('fails beside another format', async () => {
    expect(await holdfast('check', '--json', '--format', 'sarif')).toEqual({
      code: 2,
      out: '',
      err: '--json is --format json; leave out --format sarif\n',
    });
  });
});
