import type * as kplus from 'cdk8s-plus-28';
import { checkEnvName } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import type * as k8s from '../synth/k8s';
import { timingEnvironment } from '../timing/contract';
import { ADAPTER_VARIABLES, type AdapterProps, adapterEnvironment } from './adapter';
import type { WebSocketServerProps } from './server-props';

/** Reads the environment variables of the application: ours, the caller's, and the adapter's. */
export function readVariables(
  problems: Problems,
  { env = {}, port, metricsPort, timing }: WebSocketServerProps,
  adapter: AdapterProps,
): readonly k8s.EnvVar[] {
  const derived = timingEnvironment(timing);
  for (const name of Object.keys(env)) {
    checkEnvName(problems, '', name);
    if (name === 'PORT' && env.PORT !== undefined && portOf(env.PORT) !== String(port))
      problems.add(
        name,
        `must be the port ${port} that probes, the proxy and Services reach; leave it out, or change port`,
      );
    if (name === 'METRICS_PORT' && metricsPort !== undefined)
      problems.add(name, 'is written from metricsPort; leave it out');
    if (name in derived)
      problems.add(name, 'is written from the timing; change the timing instead, so that the balancer follows');
    if (adapter.kind !== 'none' && ADAPTER_VARIABLES.includes(name))
      problems.add(name, 'is written from the adapter; change the adapter instead');
  }
  const metrics = metricsPort === undefined ? {} : { METRICS_PORT: String(metricsPort) };
  const given = { NODE_ENV: 'production', PORT: String(port), ...metrics, ...derived, ...env };
  return [...Object.entries(given).map(([name, value]) => variable(name, value)), ...adapterEnvironment(adapter)];
}

/** `undefined` where it is known in the cluster only. */
function portOf(value: string | kplus.EnvValue): string | undefined {
  return typeof value === 'string' ? value : value.value;
}

function variable(name: string, value: string | kplus.EnvValue): k8s.EnvVar {
  if (typeof value === 'string') return { name, value };
  return { name, ...(value.value === undefined ? { valueFrom: value.valueFrom } : { value: value.value }) };
}
