import { deriveTiming } from '../../lib/timing';
import { containerProbes, type Probe } from '../../lib/workload/probes';

test.each([
  [{ path: '/x', port: undefined, tcp: undefined }, { httpGet: { path: '/x', port: 3000, scheme: 'HTTP' } }],
  [{ path: '/x', command: undefined }, { httpGet: { path: '/x', port: 3000, scheme: 'HTTP' } }],
  [{ command: ['/bin/check'], tcp: undefined }, { exec: { command: ['/bin/check'] } }],
])('a field of a probe that holds nothing is not there: %j', (probe, asked) => {
  const probes = { liveness: probe as unknown as Probe, readiness: 'off', startup: 'off' } as const;
  const { livenessProbe } = containerProbes(probes, 3000, deriveTiming({}));
  const { httpGet, exec, tcpSocket } = livenessProbe ?? {};
  expect({ httpGet, exec, tcpSocket }).toMatchObject(asked);
  expect(tcpSocket).toBeUndefined();
});
