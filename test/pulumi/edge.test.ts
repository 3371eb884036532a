import { Problems } from '../../lib/input';
import type { Manifest } from '../../lib/manifest';
import { checkGkeCluster } from '../../lib/pulumi/cluster/gke-cluster';
import { checkBackup, checkWorkspaceBackup } from '../../lib/pulumi/cluster/workspace-backup';
import { type ArmorProps, armorRules, checkArmor } from '../../lib/pulumi/edge/armor';
import { checkEdgeReferences } from '../../lib/pulumi/edge/edge-names';
import { checkGlobalEdge, type GlobalEdgeArgs } from '../../lib/pulumi/edge/global-edge-args';

function found(check: (problems: Problems) => void): readonly string[] {
  const problems = new Problems();
  check(problems);
  return problems.found;
}

describe('A Cloud Armor policy', () => {
  const everything: ArmorProps = {
    deny: Array.from({ length: 25 }, (_, i) => `192.0.2.${i}/32`),
    preconfigured: ['sqli-v33-stable', 'xss-v33-stable'],
    rateLimit: { requests: 600, perSeconds: 60 },
  };

  test('of nothing lets everybody in, by the rule that every policy must have', () => {
    expect(armorRules({})).toEqual([
      {
        action: 'allow',
        priority: 2_147_483_647,
        description: 'everybody else',
        preview: false,
        match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
      },
    ]);
  });

  test('only logs unless told to enforce, and never only logs its last rule', () => {
    const previews = (props: ArmorProps) => armorRules(props).map((rule) => rule.preview);
    expect(previews(everything)).toEqual([true, true, true, true, true, true, false]);
    expect(previews({ ...everything, mode: 'enforce' })).toEqual(Array(7).fill(false));
  });

  test('stays within what Cloud Armor takes: ten ranges a rule, 64 characters, a priority of its own for each', () => {
    const rules = armorRules(everything);
    for (const rule of rules) {
      expect(rule.description.length).toBeLessThanOrEqual(64);
      if ('config' in rule.match) expect(rule.match.config.srcIpRanges.length).toBeLessThanOrEqual(10);
      expect(rule.rateLimitOptions !== undefined).toBe(rule.action === 'throttle');
    }
    expect(new Set(rules.map((rule) => rule.priority)).size).toBe(rules.length);
    expect(rules.flatMap((rule) => ('config' in rule.match ? rule.match.config.srcIpRanges : []))).toEqual(
      expect.arrayContaining([...(everything.deny ?? [])]),
    );
  });

  test('counts requests of one address and answers 429 beyond the limit', () => {
    expect(armorRules(everything).find((rule) => rule.action === 'throttle')).toMatchObject({
      rateLimitOptions: {
        conformAction: 'allow',
        exceedAction: 'deny(429)',
        enforceOnKey: 'IP',
        rateLimitThreshold: { count: 600, intervalSec: 60 },
      },
    });
  });

  test.each<[string, ArmorProps, string]>([
    [
      'a period that is not counted over',
      { rateLimit: { requests: 1, perSeconds: 45 } },
      'rateLimit.perSeconds: 45 is not a period',
    ],
    ['no requests at all', { rateLimit: { requests: 0, perSeconds: 60 } }, 'rateLimit.requests: 0 is out of range'],
    ['a range that is none', { deny: ['192.0.2.1'] }, 'did you mean "192.0.2.1/32"?'],
    ['unknown signatures', { preconfigured: ['sqli' as never] }, 'preconfigured[0]: "sqli" is unknown'],
    ['an unknown mode', { mode: 'log' as never }, 'mode: "log" is unknown; give "logOnly" or "enforce"'],
    ['a sensitivity of 5', { sensitivity: 5 }, 'sensitivity: 5 is out of range; give a whole number from 1 to 4'],
  ])('fails with a sentence for %s', (_what, props, sentence) => {
    expect(found((problems) => checkArmor(problems, props))).toEqual([expect.stringContaining(sentence)]);
  });
});

describe('An edge', () => {
  const args: GlobalEdgeArgs = { host: 'chat.example.com', address: 'chat', dns: { zone: 'example-com' } };

  test('is accepted with a host alone', () => {
    expect(found((problems) => checkGlobalEdge(problems, { host: 'chat.example.com' }))).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a missing host', { host: undefined }, 'host: "" is not a host'],
    ['a host with a scheme', { host: 'https://chat.example.com' }, 'did you mean "chat.example.com"?'],
    ['an address in capitals', { address: 'Chat' }, 'address: "Chat" is not a name for a Google Cloud resource'],
    ['an address that starts with a digit', { address: '1chat' }, 'address: "1chat" is not a name'],
    ['records without an address', { address: undefined }, 'dns: has no address to lead to'],
    [
      'TLS 1.3 with a profile it does not go with',
      { sslPolicy: { name: 'a', minTlsVersion: 'TLS_1_3' } },
      'sslPolicy.profile: "MODERN" does not go with TLS_1_3; give "RESTRICTED"',
    ],
    [
      'FIPS with another version',
      { sslPolicy: { name: 'a', profile: 'FIPS_202205', minTlsVersion: 'TLS_1_0' } },
      'sslPolicy.minTlsVersion: "TLS_1_0" does not go with FIPS_202205',
    ],
    ['an unknown profile', { sslPolicy: { name: 'a', profile: 'CUSTOM' } }, 'sslPolicy.profile: "CUSTOM" is unknown'],
    [
      'a certificate whose name leaves no room',
      { certificate: { kind: 'compute', name: 'a'.repeat(55) } },
      'leaves no room for a hash',
    ],
    [
      'Certificate Manager without records',
      { address: undefined, dns: undefined, certificate: { kind: 'certificateManager', name: 'a' } },
      'certificate.kind: "certificateManager" proves by DNS records',
    ],
    [
      'more hosts than a certificate takes',
      {
        certificate: { kind: 'compute', name: 'a' },
        aliases: Array.from({ length: 100 }, (_, i) => `a${i}.example.com`),
      },
      '101 hosts are more than one certificate takes',
    ],
  ])('fails with a sentence for %s', (_what, change, sentence) => {
    expect(found((problems) => checkGlobalEdge(problems, { ...args, ...change } as GlobalEdgeArgs))).toEqual([
      expect.stringContaining(sentence),
    ]);
  });
});

describe('A name in a manifest', () => {
  const metadata = { name: 'web', namespace: 'shop' };
  const manifests: readonly [string, Manifest, string][] = [
    [
      'a global address of an Ingress',
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { ...metadata, annotations: { 'kubernetes.io/ingress.global-static-ip-name': 'edge' } },
      },
      'addresses',
    ],
    [
      'a regional address of an Ingress',
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { ...metadata, annotations: { 'kubernetes.io/ingress.regional-static-ip-name': 'edge' } },
      },
      'regionalAddresses',
    ],
    [
      'a shared certificate of an Ingress',
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { ...metadata, annotations: { 'ingress.gcp.kubernetes.io/pre-shared-cert': 'edge' } },
      },
      'certificates',
    ],
    [
      'an address of a Gateway',
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata,
        spec: { addresses: [{ type: 'NamedAddress', value: 'edge' }] },
      },
      'addresses',
    ],
    [
      'a certificate map of a Gateway',
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { ...metadata, annotations: { 'networking.gke.io/certmap': 'edge' } },
      },
      'certificateMaps',
    ],
    [
      'an SSL policy of a FrontendConfig',
      { apiVersion: 'networking.gke.io/v1beta1', kind: 'FrontendConfig', metadata, spec: { sslPolicy: 'edge' } },
      'sslPolicies',
    ],
    [
      'an SSL policy of a GCPGatewayPolicy',
      {
        apiVersion: 'networking.gke.io/v1',
        kind: 'GCPGatewayPolicy',
        metadata,
        spec: { default: { sslPolicy: 'edge' } },
      },
      'sslPolicies',
    ],
    [
      'a Cloud Armor policy of a BackendConfig',
      {
        apiVersion: 'cloud.google.com/v1',
        kind: 'BackendConfig',
        metadata,
        spec: { securityPolicy: { name: 'edge' } },
      },
      'securityPolicies',
    ],
    [
      'a Cloud Armor policy of a GCPBackendPolicy',
      {
        apiVersion: 'networking.gke.io/v1',
        kind: 'GCPBackendPolicy',
        metadata,
        spec: { default: { securityPolicy: 'edge' } },
      },
      'securityPolicies',
    ],
  ];

  test.each(manifests)('fails when nobody makes it: %s', (_what, manifest, kind) => {
    const problems = found((p) => checkEdgeReferences(p, [manifest], { [kind]: ['other'] }));
    expect(problems).toEqual([
      expect.stringContaining(
        `"edge", which nothing in this stack makes; make it, or say that it exists (existing.${kind})`,
      ),
    ]);
  });

  test.each(manifests)(
    'is in order when the stack makes it or somebody said that it exists: %s',
    (_what, manifest, kind) => {
      expect(found((p) => checkEdgeReferences(p, [manifest], { [kind]: ['edge'] }))).toEqual([]);
      expect(found((p) => checkEdgeReferences(p, [manifest], {}, { [kind]: ['edge'] }))).toEqual([]);
    },
  );

  test('that is empty takes a policy off and needs nobody to make it', () => {
    const off: Manifest = {
      apiVersion: 'networking.gke.io/v1beta1',
      kind: 'FrontendConfig',
      metadata,
      spec: { sslPolicy: '' },
    };
    expect(found((p) => checkEdgeReferences(p, [off]))).toEqual([]);
  });
});

test.each([
  [{ retainDays: 5, deleteLockDays: 7 }, 'deleteLockDays: 7 is more than retainDays 5; set it to at most 5'],
  [{ retainDays: 361 }, 'retainDays: 361 is out of range; give a whole number from 1 to 360'],
  [{ retainDays: 100, deleteLockDays: 91 }, 'deleteLockDays: 91 is out of range; give a whole number from 0 to 90'],
  [{ cron: 'nightly' }, 'cron: "nightly" is not a schedule of five fields'],
])('Fails with a sentence for a backup of %j', (props, sentence) => {
  expect(found((problems) => checkBackup(problems, props))).toEqual([expect.stringContaining(sentence)]);
});

test('Fails with a sentence for a backup of no namespace', () => {
  const args = { name: 'a', cluster: 'c', location: 'europe-west1', namespaces: [] };
  expect(found((problems) => checkWorkspaceBackup(problems, args))).toEqual([
    'namespaces: is empty, so nothing would be copied; name one',
  ]);
});

test.each([
  [{ region: 'europe-west1-b' }, 'region: "europe-west1-b" is not a region'],
  [{ name: 'a-name-that-is-longer-than-an-account' }, 'is too long; use at most 24 characters'],
  [{ nodesPerZone: { min: 3, max: 2 } }, 'nodesPerZone.max: 2 is less than min 3; set it to at least 3'],
])('Fails with a sentence for a cluster of %j', (change, sentence) => {
  const args = { name: 'chat', project: 'p', region: 'europe-west1', ...change };
  expect(found((problems) => checkGkeCluster(problems, args))).toEqual([expect.stringContaining(sentence)]);
});
