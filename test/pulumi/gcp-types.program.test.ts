import * as fs from 'node:fs';
import * as path from 'node:path';
import { load } from 'js-yaml';
import * as ts from 'typescript';
import { GOLDEN_FOLDER } from './golden';
import { ROOT } from './run-program';

/** Where the SDK declares the arguments of a type, as far as the file's name does not follow from it. */
const FILES: Readonly<Record<string, string>> = {
  'compute/sSLPolicy': 'compute/sslpolicy',
  'projects/iAMMember': 'projects/iammember',
};

interface Sent {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What the programs send, as the golden files have it, which other tests compare with the programs. */
const resources: readonly Sent[] = ['dev.yaml', 'staging.yaml', 'production.yaml', 'components.yaml'].flatMap(
  (file) => {
    const text = fs.readFileSync(path.join(GOLDEN_FOLDER, file), 'utf8');
    const recorded = (load(text) as { resources: Readonly<Record<string, Partial<Sent>>> }).resources;
    return Object.entries(recorded)
      .map(([key, { inputs = {} }]) => ({ type: key.split(' ')[0] ?? '', inputs }))
      .filter((resource) => resource.type.startsWith('gcp:'));
  },
);

test("Everything that is sent to Google Cloud satisfies the SDK's own types, without a field that they do not know", () => {
  expect(resources.length).toBeGreaterThan(40);
  expect(errors(resources.map((resource) => literal(resource, resource.inputs)).join('\n'))).toEqual([]);
}, 180_000);

describe('Everything that is sent to Google Cloud is within its ranges:', () => {
  const of = (type: string) => {
    const found = resources.filter((resource) => resource.type.endsWith(`:${type}`)).map((resource) => resource.inputs);
    expect(found.length).toBeGreaterThan(0);
    return found;
  };
  const seconds = (value: unknown) => Number(/^(\d+)s$/.exec(String(value))?.[1]);

  test.each([
    'GlobalAddress',
    'SSLPolicy',
    'SecurityPolicy',
    'ManagedSslCertificate',
    'CertificateMap',
    'DnsAuthorization',
    'Cluster',
    'BackupPlan',
  ])('the name of a %s', (type) => {
    for (const { name } of of(type)) expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });

  test('names of records end with a dot', () => {
    for (const { name, type } of of('RecordSet'))
      expect(String(name)).toMatch(type === 'CNAME' ? /\.$/ : /^[a-z.]+\.$/);
  });

  test('uptime checks answer within 1 to 60 s, every 60, 300, 600 or 900 s', () => {
    for (const { timeout, period } of of('UptimeCheckConfig')) {
      expect(seconds(timeout)).toBeGreaterThanOrEqual(1);
      expect(seconds(timeout)).toBeLessThanOrEqual(60);
      expect([60, 300, 600, 900]).toContain(seconds(period));
    }
  });

  test('alert policies last whole minutes, are evaluated every 30 s or a multiple, and close after 30 minutes at the least', () => {
    for (const { conditions, alertStrategy } of of('AlertPolicy')) {
      expect(seconds((alertStrategy as { autoClose: string }).autoClose)).toBeGreaterThanOrEqual(1800);
      for (const condition of conditions as Record<string, Record<string, unknown>>[]) {
        const { conditionThreshold: threshold, conditionPrometheusQueryLanguage: query } = condition;
        expect(seconds((threshold ?? query)?.duration) % 60).toBe(0);
        if (query !== undefined) expect(seconds(query.evaluationInterval) % 30).toBe(0);
      }
    }
  });

  test('objectives are above 0 and at most 0.999, over 1 to 30 days', () => {
    for (const { goal, rollingPeriodDays } of of('Slo')) {
      expect(goal).toBeGreaterThan(0);
      expect(goal).toBeLessThanOrEqual(0.999);
      expect(rollingPeriodDays).toBeGreaterThanOrEqual(1);
      expect(rollingPeriodDays).toBeLessThanOrEqual(30);
    }
  });

  test('metrics have names of at most 100 characters that their type may hold', () => {
    for (const { name } of of('Metric')) expect(name).toMatch(/^[a-z0-9_/-]{1,100}$/);
  });

  test('a backup keeps its copies at least as long as it locks them', () => {
    for (const { retentionPolicy } of of('BackupPlan')) {
      const policy = retentionPolicy as { backupRetainDays: number; backupDeleteLockDays: number };
      expect(policy.backupDeleteLockDays).toBeLessThanOrEqual(policy.backupRetainDays);
    }
  });
});

test('Fails an unknown field, deep within a resource too, and a wrong type', () => {
  const metric = resources.find((resource) => resource.type.includes(':Metric')) as Sent;
  const policy = resources.find((resource) => resource.type.includes(':SecurityPolicy')) as Sent;
  const rule = { ...(policy.inputs.rules as object[])[0], priorty: 1 };
  const source = [
    literal(metric, { ...metric.inputs, fliter: '' }),
    literal(policy, { ...policy.inputs, rules: [rule] }),
    literal(metric, { ...metric.inputs, disabled: 'no' }),
  ].join('\n');
  const found = errors(source);
  expect(found).toHaveLength(3);
  expect(found[0]).toContain('fliter');
  expect(found[1]).toContain('priorty');
  expect(found[2]).toMatch(/'string' is not assignable to type 'Input<boolean( \| undefined)?>/);
}, 180_000);

let count = 0;

/** A constant of the type of the resource's arguments: the compiler refuses fields that a literal has too much. */
function literal(resource: Sent, inputs: Readonly<Record<string, unknown>>): string {
  const [, module = '', name = ''] = resource.type.split(':');
  const file = FILES[module] ?? module;
  count += 1;
  const plain = JSON.stringify(inputs, (_key, value) =>
    typeof value === 'object' && value !== null && 'secret' in value && Object.keys(value).length === 1
      ? value.secret
      : value,
  );
  return `import type { ${name}Args as Args${count} } from '@pulumi/gcp/${file}';\nexport const value${count}: Args${count} = ${plain};`;
}

/** The SDK's declarations, read by the compiler once for all tests. */
const declarations = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says about a source file beside this one. */
function errors(source: string): readonly string[] {
  const file = path.join(__dirname, 'recorded-inputs.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ['node'],
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    if (name === file) return ts.createSourceFile(name, source, ts.ScriptTarget.ES2022);
    if (!declarations.has(name)) declarations.set(name, getSourceFile(name, ...rest));
    return declarations.get(name);
  };
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(file) as ts.SourceFile)
    .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}
