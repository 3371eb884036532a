import type { Problems } from '../../input/problems';
import { identityOf, type Manifest } from '../../manifest/manifest';

/** Names of things on Google Cloud that manifests may refer to. */
export interface EdgeNames {
  /** Global ones, for class `gce` and global Gateways. */
  readonly addresses?: readonly string[];
  /** Of the region, for class `gce-internal`. */
  readonly regionalAddresses?: readonly string[];
  readonly sslPolicies?: readonly string[];
  readonly securityPolicies?: readonly string[];
  /** Compute certificates, for the annotation `pre-shared-cert`. */
  readonly certificates?: readonly string[];
  readonly certificateMaps?: readonly string[];
}

/** Where manifests name something on Google Cloud, and what happens when it is not there. */
const WHAT: Readonly<Record<keyof EdgeNames, string>> = {
  addresses: 'address',
  regionalAddresses: 'regional address',
  sslPolicies: 'SSL policy',
  securityPolicies: 'Cloud Armor policy',
  certificates: 'certificate',
  certificateMaps: 'certificate map',
};

/** One name in one field of one manifest. */
interface EdgeReference {
  readonly kind: keyof EdgeNames;
  readonly name: string;
  readonly field: string;
}

/**
 * Notes every name in the manifests that is neither made by the stack nor known to exist. GKE's controller stops programming the whole Ingress over one such name, and says so in
 * an event that nobody reads.
 *
 * @param known what is made, and what exists already
 */
export function checkEdgeReferences(
  problems: Problems,
  manifests: readonly Manifest[],
  ...known: readonly EdgeNames[]
): void {
  for (const manifest of manifests) {
    for (const { kind, name, field } of edgeReferences(manifest)) {
      if (known.some((names) => names[kind]?.includes(name))) continue;
      problems.add(
        `${identityOf(manifest)}: ${field}`,
        `names the ${WHAT[kind]} "${name}", which nothing in this stack makes; make it, or say that it exists (existing.${kind})`,
      );
    }
  }
}

/** Every name of something on Google Cloud in a manifest. */
export function edgeReferences(manifest: Manifest): readonly EdgeReference[] {
  const annotations = manifest.metadata.annotations ?? {};
  const spec = (manifest.spec ?? {}) as Readonly<Record<string, unknown>>;
  const found: EdgeReference[] = [];
  const note = (kind: keyof EdgeNames, name: unknown, field: string): void => {
    if (typeof name === 'string' && name !== '') found.push({ kind, name, field });
  };
  if (manifest.kind === 'Ingress') {
    const address = 'kubernetes.io/ingress.global-static-ip-name';
    const regional = 'kubernetes.io/ingress.regional-static-ip-name';
    note('addresses', annotations[address], address);
    note('regionalAddresses', annotations[regional], regional);
    const shared = 'ingress.gcp.kubernetes.io/pre-shared-cert';
    for (const name of (annotations[shared] ?? '').split(',')) note('certificates', name.trim(), shared);
  }
  if (manifest.kind === 'Gateway') {
    for (const address of (spec.addresses ?? []) as { type?: string; value?: unknown }[]) {
      if (address.type === 'NamedAddress') note('addresses', address.value, 'spec.addresses');
    }
    note('certificateMaps', annotations['networking.gke.io/certmap'], 'networking.gke.io/certmap');
  }
  const settings = (spec.default ?? spec) as { sslPolicy?: unknown; securityPolicy?: unknown };
  if (manifest.kind === 'FrontendConfig' || manifest.kind === 'GCPGatewayPolicy')
    note('sslPolicies', settings.sslPolicy, 'sslPolicy');
  if (manifest.kind === 'BackendConfig' || manifest.kind === 'GCPBackendPolicy') {
    const policy = settings.securityPolicy;
    note(
      'securityPolicies',
      typeof policy === 'object' && policy !== null ? (policy as { name?: unknown }).name : policy,
      'securityPolicy',
    );
  }
  return found;
}
