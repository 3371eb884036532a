import { type Result, runProgram } from './run-program';

/** What the runner answers when a program ends with a message for a person: nothing more is said. */
const MESSAGE_LOGGED = 32;

const runs = {
  configuration: () =>
    runProgram({
      stack: 'production',
      preview: true,
      config: {
        'gcp:project': undefined,
        'holdfast:googleClod': 'true',
        'holdfast:gkeObjects': 'maybe',
        'holdfast:dns': { zone: 'coditect-ai', ttlSeconds: 'long', ttl: 1 },
        'holdfast:existing': { addresses: 'coditect-production-address' },
        'holdfast:notifications': 'oncall@coditect.ai',
        'holdfast:cluster': { name: 'coditect' },
        'holdfast:webhook': 'https://alerts.example.com/?auth_token=t0ken',
      },
    }),
  ranges: () =>
    runProgram({
      stack: 'production',
      preview: true,
      config: {
        'holdfast:dns': { zone: 'Coditect', ttlSeconds: 0 },
        'holdfast:notifications': { emails: ['nobody'] },
        'holdfast:cluster': undefined,
      },
    }),
  unknownStack: () => runProgram({ stack: 'prod', preview: true, config: { 'gcp:project': 'p' } }),
  mistakes: () => runProgram({ program: 'test/pulumi/programs/mistakes.ts', stack: 'mistakes', preview: true }),
};

const results = new Map<string, Result>();

beforeAll(async () => {
  await Promise.all(Object.entries(runs).map(async ([name, run]) => results.set(name, await run())));
}, 120_000);

const messageOf = (name: keyof typeof runs) => (results.get(name) as Result).log.join('\n');

test.each(Object.keys(runs))(
  'Fails with one message and without a stack trace, and registers nothing of its own: %s',
  (name) => {
    const result = results.get(name) as Result;
    expect(result.exitCode).toBe(MESSAGE_LOGGED);
    expect(result.log).toHaveLength(1);
    expect(result.log[0]).not.toMatch(/\n\s+at /);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.resources.filter((resource) => resource.name !== 'redis')).toEqual([]);
  },
);

test('Fails with everything that is wrong with a configuration at once', () => {
  expect(messageOf('configuration')).toBe(
    [
      '9 problems:',
      '  - gcp:project: is not set; run: pulumi config set gcp:project <project id>',
      '  - holdfast:cluster: needs a name and a location',
      '  - holdfast:dns.ttl: is unknown; the fields are zone, ttlSeconds, onlyGoogleIssues',
      '  - holdfast:dns.ttlSeconds: "long" is not a number',
      '  - holdfast:gkeObjects: "maybe" is neither true nor false',
      '  - holdfast:existing.addresses: "coditect-production-address" is not a list',
      '  - holdfast:notifications: "oncall@coditect.ai" is not an object; give fields, such as emails, channels',
      '  - holdfast:webhook: is stored in plain text, where everybody can read it; run: pulumi config set --secret holdfast:webhook',
      '  - holdfast:googleClod: is unknown; the keys are holdfast:adoptExisting, holdfast:backupLocation, holdfast:cluster, holdfast:dns, ' +
        'holdfast:environment, holdfast:existing, holdfast:gkeObjects, holdfast:googleCloud, holdfast:notifications, holdfast:previousManifests, ' +
        'holdfast:protectData, holdfast:webhook',
    ].join('\n'),
  );
});

test('Fails with what Google Cloud would refuse', () => {
  expect(messageOf('ranges')).toBe(
    [
      '4 problems:',
      '  - holdfast:cluster: is not set, but the environment "production" wants copies of its volumes; give its name and location',
      '  - production.edge.dns.zone: "Coditect" is not a name for a Google Cloud resource; use at most 63 lower-case letters, digits and "-", starting with a letter and not ending with "-"',
      '  - production.edge.dns.ttlSeconds: 0 is out of range; give a whole number from 1 to 86400',
      '  - production.monitoring.notifications.emails[0]: "nobody" is not an e-mail address',
    ].join('\n'),
  );
});

test('Fails for a stack that is no environment', () => {
  expect(messageOf('unknownStack')).toBe(
    'holdfast:environment: "prod" is no environment; the stack is called after one of dev, staging, production, or names one here',
  );
});

test('Fails with an Output that became text, an Output in a name, an address that nobody makes, and a missing host', () => {
  expect(messageOf('mistakes')).toBe(
    [
      '6 problems:',
      '  - edge.host: "" is not a host; give a full DNS name without scheme, port or path, such as "app.example.com"',
      '  - networking.k8s.io/Ingress chat/chat: kubernetes.io/ingress.global-static-ip-name: names the address "chat-addres", which nothing in this stack makes; ' +
        'make it, or say that it exists (existing.addresses)',
      '  - ConfigMap chat/text.data.json: holds an Output that was turned into text; in a template string write outputs.text(value) of an OutputResolver, or pulumi.interpolate where the whole value is one',
      '  - ConfigMap chat/text.data.url: holds an Output that was turned into text; in a template string write outputs.text(value) of an OutputResolver, or pulumi.interpolate where the whole value is one',
      '  - ConfigMap chat/holdfast-output-1-x.metadata.name: is an Output, but says which object this is, which must be known before anything is deployed; give a fixed name',
      '  - ConfigMap chat/holdfast-output-1-x.data: has an Output as the name of a field; only values can be Outputs',
    ].join('\n'),
  );
});
