import {
  checkHost,
  checkLabelName,
  checkLabelValue,
  checkPort,
  checkSubdomainName,
  checkUrlPath,
} from '../input/kubernetes';
import { Problems } from '../input/problems';
import type { SystemOnPaper } from './system-on-paper';

/**
 * What Kubernetes would refuse in the names of a system. They go into commands that people paste, and into queries: what is no name there does not get in.
 */
export function unprintable(system: SystemOnPaper): readonly string[] {
  const { namespace, name, kind, selector, route, service, backendConfig, host, path, healthPath, metricsPort } =
    system;
  const problems = new Problems();
  const at = `${kind} ${name}`;
  if (namespace === '')
    problems.add(at, 'is in no namespace here; name the one that it is applied to with -n, such as -n chat');
  else checkLabelName(problems, `${at}, metadata.namespace`, namespace);
  checkSubdomainName(problems, 'metadata.name', name);
  if (selector === '') problems.add(`${at}, spec.selector.matchLabels`, 'is empty, and nothing would select its pods');
  for (const [key = '', value = ''] of selector === '' ? [] : selector.split(',').map((pair) => pair.split('='))) {
    checkLabelValue(problems, `${at}, spec.selector.matchLabels.${key}`, value);
    checkLabelValue(problems, `${at}, spec.selector.matchLabels, a key`, key.replace('/', '_'));
  }
  for (const { name: called, of } of [
    ...(route === undefined ? [] : [{ name: route.name, of: route.kind }]),
    ...(service === undefined ? [] : [{ name: service.name, of: 'service' }]),
    ...(backendConfig === undefined ? [] : [{ name: backendConfig, of: 'backendconfig' }]),
  ])
    checkSubdomainName(problems, `${of}, metadata.name`, called);
  if (host !== undefined) checkHost(problems, 'host', host);
  checkUrlPath(problems, 'path of Socket.IO', path);
  checkUrlPath(problems, 'path of the health check', healthPath.replace(/[?=]/g, ''));
  if (metricsPort !== undefined) checkPort(problems, 'port "metrics"', metricsPort);
  return problems.found;
}
