import type { KubernetesVersion } from './validate';
import { podSpecsOf, restrictedViolations, schemaErrors } from './validate';

type Fields = Record<string, unknown>;

const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

function goodContainer(name: string) {
  return {
    name,
    image: 'app:1',
    ports: [{ containerPort: 3000 }],
    readinessProbe: { httpGet: { path: '/', port: 3000 } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}

/** Satisfies every rule with as few fields as possible, so that each of them matters. */
function goodPod() {
  return {
    metadata: { annotations: { note: 'unconfined' } },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [goodContainer('app')],
      initContainers: [goodContainer('init')],
      ephemeralContainers: [goodContainer('debug')],
      volumes: [{ name: 'tmp', emptyDir: {} }],
    },
  };
}

/** Sets one field of a good pod (removes it when the value is undefined), making the objects on the way. */
function podWith(path: string, value: unknown): unknown {
  const pod = goodPod();
  // A slash inside a key is written as ~.
  const keys = path.split('/').map((key) => key.replace('~', '/'));
  const last = keys.pop() as string;
  let node: Fields = pod;
  for (const key of keys) {
    node[key] ??= {};
    node = node[key] as Fields;
  }
  if (value === undefined) delete node[last];
  else node[last] = value;
  return pod;
}

test('A good pod has no violations as a template, as a bare spec, and as a Pod the schema accepts', () => {
  expect(restrictedViolations(goodPod())).toEqual([]);
  expect(restrictedViolations(goodPod().spec)).toEqual([]);
  const { ephemeralContainers: _, ...spec } = goodPod().spec;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'good' }, spec };
  expect(schemaErrors(pod, '1.28')).toEqual([]);
  expect(podSpecsOf(pod).flatMap((template) => restrictedViolations(template))).toEqual([]);
});

test.each<[string, string, unknown, string]>([
  ['uses the network of the host', 'spec/hostNetwork', true, 'spec.hostNetwork must be false'],
  ['sees the processes of the host', 'spec/hostPID', true, 'spec.hostPID must be false'],
  ['shares the IPC of the host', 'spec/hostIPC', true, 'spec.hostIPC must be false'],
  ['mounts a path of the host', 'spec/volumes/0', { name: 'v', hostPath: { path: '/' } }, 'spec.volumes[0].hostPath'],
  ['mounts a forbidden volume type', 'spec/volumes/0', { name: 'v', nfs: { server: 'a' } }, 'spec.volumes[0].nfs'],
  ['has a volume without a source', 'spec/volumes/0', { name: 'v' }, 'spec.volumes[0] must have a source'],
  ['sets an unsafe sysctl', 'spec/securityContext/sysctls', [{ name: 'kernel.msgmax' }], 'sysctls[0].name must be'],
  ['may run as root', 'spec/securityContext/runAsNonRoot', false, 'spec.securityContext.runAsNonRoot must be true.'],
  ['runs as root', 'spec/securityContext/runAsUser', 0, 'spec.securityContext.runAsUser must not be 0'],
  [
    'turns seccomp off',
    'spec/securityContext/seccompProfile',
    { type: 'Unconfined' },
    'spec.securityContext.seccompProfile.type must be RuntimeDefault or Localhost.',
  ],
  [
    'turns AppArmor off',
    'spec/securityContext/appArmorProfile',
    { type: 'Unconfined' },
    'spec.securityContext.appArmorProfile.type',
  ],
  [
    'turns AppArmor off by annotation',
    'metadata/annotations/container.apparmor.security.beta.kubernetes.io~app',
    'unconfined',
    "metadata.annotations['container.apparmor.security.beta.kubernetes.io/app'] must be",
  ],
  [
    'has a foreign SELinux type',
    'spec/securityContext/seLinuxOptions/type',
    'spc_t',
    'spec.securityContext.seLinuxOptions.type',
  ],
  [
    'sets an SELinux user',
    'spec/securityContext/seLinuxOptions/user',
    'root',
    'spec.securityContext.seLinuxOptions.user',
  ],
  ['sets an SELinux role', 'spec/securityContext/seLinuxOptions/role', 'r', 'spec.securityContext.seLinuxOptions.role'],
  ['is a Windows host process', 'spec/securityContext/windowsOptions/hostProcess', true, 'hostProcess must be false'],
])('fails a pod that %s', (_what, path, value, violation) => {
  expect(restrictedViolations(podWith(path, value))).toContainEqual(expect.stringContaining(violation));
});

describe.each(LISTS)('In %s', (list) => {
  test.each<[string, string, unknown, string]>([
    ['is privileged', 'securityContext/privileged', true, 'securityContext.privileged must be false'],
    [
      'may gain privileges',
      'securityContext/allowPrivilegeEscalation',
      true,
      'securityContext.allowPrivilegeEscalation',
    ],
    [
      'does not say that it may not gain privileges',
      'securityContext/allowPrivilegeEscalation',
      undefined,
      'securityContext.allowPrivilegeEscalation must be false',
    ],
    ['may run as root', 'securityContext/runAsNonRoot', false, 'securityContext.runAsNonRoot must be true.'],
    ['runs as root', 'securityContext/runAsUser', 0, 'securityContext.runAsUser must not be 0'],
    [
      'turns seccomp off',
      'securityContext/seccompProfile/type',
      'Unconfined',
      'securityContext.seccompProfile.type must',
    ],
    ['turns AppArmor off', 'securityContext/appArmorProfile/type', 'Unconfined', 'securityContext.appArmorProfile'],
    ['keeps its capabilities', 'securityContext/capabilities', undefined, 'capabilities.drop must include ALL'],
    ['drops some capabilities', 'securityContext/capabilities/drop', ['NET_RAW'], 'capabilities.drop must include ALL'],
    ['adds a capability', 'securityContext/capabilities/add', ['NET_BIND_SERVICE', 'KILL'], 'capabilities.add must'],
    ['unmasks /proc', 'securityContext/procMount', 'Unmasked', 'securityContext.procMount must be Default'],
    ['has a foreign SELinux type', 'securityContext/seLinuxOptions/type', 'spc_t', 'seLinuxOptions.type must'],
    ['sets an SELinux user', 'securityContext/seLinuxOptions/user', 'root', 'seLinuxOptions.user must not'],
    ['sets an SELinux role', 'securityContext/seLinuxOptions/role', 'r', 'seLinuxOptions.role must not'],
    ['is a Windows host process', 'securityContext/windowsOptions/hostProcess', true, 'hostProcess must be false'],
    ['takes a port of the host', 'ports/0/hostPort', 3000, 'ports[0].hostPort must not be set'],
    ['probes another host', 'readinessProbe/httpGet/host', '10.0.0.1', 'readinessProbe.httpGet.host must not'],
    ['probes a socket elsewhere', 'livenessProbe/tcpSocket/host', '10.0.0.1', 'livenessProbe.tcpSocket.host must'],
    ['calls another host when it stops', 'lifecycle/preStop/httpGet/host', 'x', 'lifecycle.preStop.httpGet.host'],
  ])('fails a container that %s', (_what, field, value, violation) => {
    const violations = restrictedViolations(podWith(`spec/${list}/0/${field}`, value));
    expect(violations).toEqual([expect.stringContaining(violation)]);
    expect(violations[0]).toMatch(new RegExp(`^spec\\.${list}\\[0\\]\\.`));
  });
});

test.each([
  ['runAsNonRoot', true, 'runAsNonRoot must be true, here or on the pod.'],
  ['seccompProfile', { type: 'Localhost' }, 'seccompProfile.type must be RuntimeDefault or Localhost, here or on'],
])('fails each container for which neither it nor its pod sets %s', (field, value, violation) => {
  const pod = podWith(`spec/securityContext/${field}`, undefined);
  const expected = LISTS.map((list) => expect.stringContaining(`spec.${list}[0].securityContext.${violation}`));
  expect(restrictedViolations(pod)).toEqual(expected);
  const { spec } = pod as ReturnType<typeof goodPod>;
  for (const list of LISTS) Object.assign(spec[list][0]?.securityContext ?? {}, { [field]: value });
  expect(restrictedViolations(pod)).toEqual([]);
});

test.each<[string, string, unknown]>([
  ['the sysctl for low ports', 'spec/securityContext/sysctls', [{ name: 'net.ipv4.ip_unprivileged_port_start' }]],
  ['the one capability', 'spec/containers/0/securityContext/capabilities/add', ['NET_BIND_SERVICE']],
  ['a user other than root', 'spec/securityContext/runAsUser', 1000],
  ['a port 0 of the host', 'spec/containers/0/ports/0/hostPort', 0],
  ['the default /proc', 'spec/containers/0/securityContext/procMount', 'Default'],
  ['an SELinux type of containers', 'spec/securityContext/seLinuxOptions/type', 'container_t'],
  ['a claim', 'spec/volumes/0', { name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
])('A pod may have %s', (_what, path, value) => {
  expect(restrictedViolations(podWith(path, value))).toEqual([]);
});

test.each<[string, string, unknown, KubernetesVersion]>([
  ['a keepalive sysctl', 'spec/securityContext/sysctls', [{ name: 'net.ipv4.tcp_keepalive_time' }], '1.28'],
  ['an image volume', 'spec/volumes/0', { name: 'v', image: { reference: 'a' } }, '1.28'],
  ['container_engine_t', 'spec/securityContext/seLinuxOptions/type', 'container_engine_t', '1.28'],
  ['a host in a probe', 'spec/containers/0/readinessProbe/httpGet/host', 'a', '1.37'],
])('fails %s where the policy of that version forbids it, and without a version', (_what, path, value, version) => {
  const other = version === '1.28' ? '1.37' : '1.28';
  expect(restrictedViolations(podWith(path, value), version)).toHaveLength(1);
  expect(restrictedViolations(podWith(path, value), other)).toEqual([]);
  expect(restrictedViolations(podWith(path, value))).toHaveLength(1);
});

test.each<[string, unknown]>([
  ['a workload instead of its pod', { kind: 'Deployment', spec: { template: goodPod() } }],
  ['a pod without containers', { spec: { containers: [] } }],
  ['nothing', undefined],
])('refuses %s', (_what, pod) => {
  expect(restrictedViolations(pod)).toEqual(['spec.containers must list a container, or this is not a pod.']);
});
