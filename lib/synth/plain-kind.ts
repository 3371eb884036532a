/** The fields that Kubernetes spells otherwise than the typed objects do, as far as the kinds we make and the pods of callers have them. */
const SPELLED: Readonly<Record<string, string>> = {
  clientIp: 'clientIP',
  clusterIp: 'clusterIP',
  datasetUuid: 'datasetUUID',
  diskUri: 'diskURI',
  downwardApi: 'downwardAPI',
  externalId: 'externalID',
  hostIp: 'hostIP',
  hostIpc: 'hostIPC',
  hostPid: 'hostPID',
  loadBalancerIp: 'loadBalancerIP',
  pdId: 'pdID',
  scaleIo: 'scaleIO',
  setHostnameAsFqdn: 'setHostnameAsFQDN',
  storagePolicyId: 'storagePolicyID',
  targetWwNs: 'targetWWNs',
  volumeId: 'volumeID',
};

/** Fields whose keys are names that somebody chose, and stay as they are. */
const NAMED = new Set([
  ...['annotations', 'binaryData', 'data', 'labels', 'limits', 'matchLabels', 'nodeSelector', 'options', 'overhead'],
  ...['parameters', 'requests', 'selector', 'stringData', 'volumeAttributes'],
]);

/** A kind whose typed properties become a plain manifest. */
export function plainKind<Props extends object>(apiVersion: string, kind: string) {
  return {
    manifest: (props: Props) => Object.assign({ apiVersion, kind }, toPlain(props)),
  };
}

/** Typed properties as Kubernetes spells them. Fields without a value are left out. */
export function toPlain(typed: object): Record<string, unknown> {
  return record(typed, true);
}

function record(typed: object, spell: boolean): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(typed)) {
    if (value !== undefined) plain[spell ? (SPELLED[name] ?? name) : name] = field(value, NAMED.has(name));
  }
  return plain;
}

function field(value: unknown, named: boolean): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => field(item, false));
  if (Object.getPrototypeOf(value) === Object.prototype) return record(value, !named);
  // A number or string in a class of cdk8s-plus. Anything else, such as a late value, is left to cdk8s.
  const held = (value as { readonly value?: unknown }).value;
  return typeof held === 'string' || typeof held === 'number' ? held : value;
}
