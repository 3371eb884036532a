import type * as kplus from 'cdk8s-plus-28';
import { checkEnvName } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import { DEFAULT_DRAIN_FLAG } from '../nginx';
import type * as k8s from '../synth/k8s';
import { timingEnvironment } from '../timing/contract';
import { ADAPTER_VARIABLES, type AdapterProps, adapterEnvironment } from './adapter';
import type { WebSocketServerProps } from './server-props';

/** Reads the environment variables of the application: ours, the caller's, and the adapter's. */
export function readVariables(
  problems: Problems,
  { env = {}, port, metricsPort, timing, proxy }: WebSocketServerProps,
  adapter: AdapterProps,
): readonly k8s.EnvVar[] {
  const derived = timingEnvironment(timing);
  for (const name of Object.keys(env)) {
    checkEnvName(problems, '', name);
    if (name === 'PORT' && env.PORT !== undefined && textOf(env.PORT) !== String(port))
      problems.add(
        name,
        `must be the port ${port} that probes, the proxy and Services reach; leave it out, or change port`,
      );
    if (name === 'METRICS_PORT' && metricsPort !== undefined)
      problems.add(name, 'is written from metricsPort; leave it out');
    // Behind a proxy the flag is the proxy's.
    if (name === 'DRAIN_FLAG' && proxy === undefined && textOf(env.DRAIN_FLAG) !== DEFAULT_DRAIN_FLAG)
      problems.add(
        name,
        `must be "${DEFAULT_DRAIN_FLAG}", which the preStop hook raises; leave it out, or the application never hears of its drain`,
      );
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
function textOf(value: string | kplus.EnvValue | undefined): string | undefined {
  return typeof value === 'object' ? value.value : value;
}

function variable(name: string, value: string | kplus.EnvValue): k8s.EnvVar {
  if (typeof value === 'string') return { name, value };
  return { name, ...(value.value === undefined ? { valueFrom: value.valueFrom } : { value: value.value }) };
}
