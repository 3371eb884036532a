import * as fs from 'node:fs';
import * as path from 'node:path';
import { Bundle, loadTexts } from '../../lib/manifest';
import { check, RULES } from '../../lib/rules';
import { JUDGED_KINDS } from '../../lib/rules/judged-kinds';
import { EVERY_KIND, type Rule } from '../../lib/rules/rule';
import { fixture } from './fixture';
import { SYSTEMS } from './production';
import { RecordingBundle } from './recording-bundle';

const FIXTURES = path.join(__dirname, 'fixtures');
const ENTRANCES = path.join(__dirname, 'entrances');

/** Everything that any rule has something to look at in. */
function everything(): readonly Bundle[] {
  return [
    ...fs.readdirSync(FIXTURES).map((file) => fixture(path.basename(file, '.yaml')).loaded.bundle),
    ...fs.readdirSync(ENTRANCES).map((file) => {
      const [entrance, server] = [file, 'server.yaml'].map((name) =>
        fs.readFileSync(path.join(ENTRANCES, name), 'utf8'),
      );
      return loadTexts(new Map([['system.yaml', `${entrance}---\n${server}`]])).bundle;
    }),
    ...Object.values(SYSTEMS).map((system) => new Bundle(structuredClone(system))),
  ];
}

// Read by the tests and not before them, so that a mutation of one rule is tried on that rule alone.
let bundles: readonly Bundle[] | undefined;
const ASKED = new Map<Rule, readonly string[]>();

/** The kinds that a rule asks for; what was derived once for a bundle is derived anew for each rule. */
function askedBy(rule: Rule): readonly string[] {
  const known = ASKED.get(rule);
  if (known !== undefined) return known;
  bundles ??= everything();
  const asked = bundles.flatMap((bundle) => {
    const recording = new RecordingBundle(bundle);
    for (const _ of rule.check(recording));
    return [...recording.asked];
  });
  const kinds = [...new Set(asked)].sort();
  ASKED.set(rule, kinds);
  return kinds;
}

test.each(RULES.map((rule) => [rule.code, rule] as const))('%s looks at the kinds that it declares', (_code, rule) => {
  const asked = askedBy(rule);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((kind) => !rule.kinds.includes(kind))).toEqual([]);
});

test('what rules declare together is looked at by one of them', () => {
  const asked = new Set(RULES.flatMap(askedBy));
  expect([...JUDGED_KINDS].filter((kind) => !asked.has(kind))).toEqual([]);
});

test('fails for a rule that looks at more than it declares', () => {
  const curious = {
    ...(RULES[2] as Rule),
    kinds: ['Service'],
    check: (bundle: Bundle) => bundle.ofKind('Secret') as never,
  };
  expect(askedBy(curious).filter((kind) => !curious.kinds.includes(kind))).toEqual(['Secret']);
  const everything = { ...(RULES[2] as Rule), check: (bundle: Bundle) => bundle.objects.filter(() => false) as never };
  expect(askedBy(everything)).toEqual(EVERY_KIND);
});

test('an Argo Rollout is a workload: found behind its Service, and judged like any other', () => {
  const report = check(`
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: chat, annotations: { cloud.google.com/backend-config: '{"default": "chat"}' } }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: chat } }
    spec:
      containers:
        - name: chat
          image: chat:latest
          env: [{ name: SOCKET_PRESENCE_TTL_MS, value: "1000" }]
          livenessProbe: { httpGet: { path: /socket.io/, port: 3001 } }
          lifecycle: { preStop: { exec: { command: [sh, -c, "sleep 5; kill 1"] } } }
`);
  const codes = report.findings.map(({ code, kind }) => `${code} ${kind}`);
  expect(codes).toEqual(
    expect.arrayContaining(['WS104 Rollout', 'WS208 Rollout', 'WS303 Rollout', 'WS304 Rollout', 'WS315 Rollout']),
  );
});
