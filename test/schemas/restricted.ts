import type { KubernetesVersion } from './validate';

type Fields = Readonly<Record<string, unknown>>;
type Report = (path: string, rule: string) => void;

interface Container {
  readonly path: string;
  readonly fields: Fields;
  readonly security: Fields;
}

/** What differs between the policy of the oldest and of the newest supported cluster. */
interface Policy {
  readonly volumeTypes: ReadonlySet<string>;
  readonly seLinuxTypes: ReadonlySet<unknown>;
  readonly sysctls: ReadonlySet<unknown>;
  readonly forbidsProbeHosts: boolean;
}

const VOLUME_TYPES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const SE_LINUX_TYPES = [undefined, '', 'container_t', 'container_init_t', 'container_kvm_t'];
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_syncookies',
];
const POLICIES: Readonly<Record<KubernetesVersion, Policy>> = {
  '1.28': {
    volumeTypes: new Set(VOLUME_TYPES),
    seLinuxTypes: new Set(SE_LINUX_TYPES),
    sysctls: new Set(SYSCTLS),
    forbidsProbeHosts: false,
  },
  '1.37': {
    // Since 1.33.
    volumeTypes: new Set([...VOLUME_TYPES, 'image']),
    // Since 1.31.
    seLinuxTypes: new Set([...SE_LINUX_TYPES, 'container_engine_t']),
    sysctls: new Set([
      ...SYSCTLS,
      // Since 1.29.
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
      'net.ipv4.tcp_keepalive_time',
      // Since 1.32.
      'net.ipv4.tcp_rmem',
      'net.ipv4.tcp_wmem',
      // Since 1.37.
      'net.ipv4.tcp_notsent_lowat',
      'net.ipv4.tcp_slow_start_after_idle',
    ]),
    // Since 1.34.
    forbidsProbeHosts: true,
  },
};
const PROFILE_TYPES = ['RuntimeDefault', 'Localhost'];
const APP_ARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';
const HANDLERS = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
] as const;

/**
 * How a pod breaks the *restricted* Pod Security Standard for Linux, one sentence with the field path for each violation. Without a version
 * the pod has to satisfy the oldest and the newest policy, because a manifest does not know which cluster admits it.
 *
 * Windows is not exempted from any rule, and neither are pods with `hostUsers: false`, whose exemption not every cluster knows.
 *
 * @param pod a pod template, a Pod or a bare pod spec; anything else is a violation, since it was not checked
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function restrictedViolations(pod: unknown, version?: KubernetesVersion): string[] {
  const policies = version === undefined ? Object.values(POLICIES) : [POLICIES[version]];
  return [...new Set(policies.flatMap((policy) => violationsOf(fieldsOf(pod), policy)))];
}

function violationsOf(pod: Fields, policy: Policy): string[] {
  const spec = 'containers' in pod ? pod : fieldsOf(pod.spec);
  const violations: string[] = [];
  const report: Report = (path, rule) => violations.push(`${path} ${rule}.`);
  const containers = containersOf(spec);
  if (listOf(spec.containers).length === 0) report('spec.containers', 'must list a container, or this is not a pod');
  checkPod(spec, policy, report);
  checkVolumes(spec, policy, report);
  for (const [key, value] of Object.entries(fieldsOf(fieldsOf(pod.metadata).annotations))) {
    const allowed = value === '' || value === 'runtime/default' || String(value).startsWith('localhost/');
    if (key.startsWith(APP_ARMOR_ANNOTATION) && !allowed) {
      report(`metadata.annotations['${key}']`, 'must be runtime/default or localhost/*');
    }
  }
  checkContext('spec.securityContext', fieldsOf(spec.securityContext), policy, report);
  for (const container of containers) {
    checkContext(`${container.path}.securityContext`, container.security, policy, report);
    checkContainer(container, policy, report);
    checkInherited(container, fieldsOf(spec.securityContext), report);
  }
  return violations;
}

function checkPod(spec: Fields, policy: Policy, report: Report): void {
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (!isOff(spec[field])) report(`spec.${field}`, 'must be false or unset');
  }
  listOf(fieldsOf(spec.securityContext).sysctls).forEach((sysctl, index) => {
    if (!policy.sysctls.has(sysctl.name)) {
      report(`spec.securityContext.sysctls[${index}].name`, `must be a safe sysctl, not ${sysctl.name}`);
    }
  });
}

function checkVolumes(spec: Fields, policy: Policy, report: Report): void {
  listOf(spec.volumes).forEach((volume, index) => {
    const types = Object.keys(volume).filter((key) => key !== 'name' && isSet(volume[key]));
    // A volume without a source is rejected by the admission check as well.
    if (types.length === 0) report(`spec.volumes[${index}]`, 'must have a source');
    for (const type of types) {
      if (!policy.volumeTypes.has(type)) report(`spec.volumes[${index}].${type}`, 'is a forbidden volume type');
    }
  });
}

/** The fields that pods and containers share. A bad value on the pod counts even if every container overrides it. */
function checkContext(path: string, context: Fields, policy: Policy, report: Report): void {
  if (isSet(context.runAsNonRoot) && context.runAsNonRoot !== true) report(`${path}.runAsNonRoot`, 'must be true');
  if (context.runAsUser === 0) report(`${path}.runAsUser`, 'must not be 0');
  for (const profile of ['seccompProfile', 'appArmorProfile']) {
    if (isSet(context[profile]) && !hasAllowedProfile(context[profile])) {
      report(`${path}.${profile}.type`, `must be ${PROFILE_TYPES.join(' or ')}`);
    }
  }
  const seLinux = fieldsOf(context.seLinuxOptions);
  if (!policy.seLinuxTypes.has(seLinux.type)) report(`${path}.seLinuxOptions.type`, 'must be a container type');
  for (const field of ['user', 'role']) {
    if (isSet(seLinux[field]) && seLinux[field] !== '') report(`${path}.seLinuxOptions.${field}`, 'must not be set');
  }
  if (!isOff(fieldsOf(context.windowsOptions).hostProcess)) {
    report(`${path}.windowsOptions.hostProcess`, 'must be false or unset');
  }
}

function checkContainer({ path, fields, security }: Container, policy: Policy, report: Report): void {
  const context = `${path}.securityContext`;
  if (!isOff(security.privileged)) report(`${context}.privileged`, 'must be false or unset');
  if (security.allowPrivilegeEscalation !== false) report(`${context}.allowPrivilegeEscalation`, 'must be false');
  if (isSet(security.procMount) && security.procMount !== 'Default') {
    report(`${context}.procMount`, 'must be Default or unset');
  }
  const { drop, add } = fieldsOf(security.capabilities);
  if (!Array.isArray(drop) || !drop.includes('ALL')) report(`${context}.capabilities.drop`, 'must include ALL');
  if (isSet(add) && !(Array.isArray(add) && add.every((capability) => capability === 'NET_BIND_SERVICE'))) {
    report(`${context}.capabilities.add`, 'must list nothing but NET_BIND_SERVICE');
  }
  listOf(fields.ports).forEach((port, index) => {
    if (isSet(port.hostPort) && port.hostPort !== 0) report(`${path}.ports[${index}].hostPort`, 'must not be set');
  });
  if (!policy.forbidsProbeHosts) return;
  for (const keys of HANDLERS) {
    const handler = keys.reduce<Fields>((value, key) => fieldsOf(value[key]), fields);
    for (const action of ['httpGet', 'tcpSocket']) {
      const { host } = fieldsOf(handler[action]);
      if (isSet(host) && host !== '') report(`${path}.${keys.join('.')}.${action}.host`, 'must not be set');
    }
  }
}

/** What a container may leave to its pod, so that one of the two has to say it. */
function checkInherited({ path, security }: Container, podSecurity: Fields, report: Report): void {
  if (!isSet(security.runAsNonRoot) && podSecurity.runAsNonRoot !== true) {
    report(`${path}.securityContext.runAsNonRoot`, 'must be true, here or on the pod');
  }
  if (!isSet(security.seccompProfile) && !hasAllowedProfile(podSecurity.seccompProfile)) {
    report(`${path}.securityContext.seccompProfile.type`, `must be ${PROFILE_TYPES.join(' or ')}, here or on the pod`);
  }
}

function containersOf(spec: Fields): Container[] {
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) =>
    listOf(spec[list]).map((fields, index) => ({
      path: `spec.${list}[${index}]`,
      fields,
      security: fieldsOf(fields.securityContext),
    })),
  );
}

function hasAllowedProfile(profile: unknown): boolean {
  return PROFILE_TYPES.some((type) => type === fieldsOf(profile).type);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isOff(value: unknown): boolean {
  return !isSet(value) || value === false;
}

/** Shape errors are the schema's to report; here a value of another shape is one without fields. */
function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
