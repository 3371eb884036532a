import type { Bundle } from '../manifest/bundle';
import type { Entrance } from './entrance';
import { nginxTextsIn, proxyLocations } from './nginx-text';
import { protocolOfPath } from './servers/protocols';

/**
 * Do all paths that lead to the server through an entrance, its own nginx included, belong to protocols whose clients need no certain pod? Then nothing polls, whatever else is
 * known of the server.
 */
export function onlyWebSockets(bundle: Bundle, { workloads, reference }: Entrance): boolean {
  const proxied = workloads.flatMap((workload) =>
    nginxTextsIn(bundle, workload).flatMap(({ directives }) => proxyLocations(directives).map(({ path }) => path)),
  );
  const paths = proxied.length > 0 ? proxied : reference.paths;
  return paths.length > 0 && paths.every((path) => protocolOfPath(path)?.sessions === false);
}
