import { listOf, mappingOf, textOf } from '../../manifest/field';
import { nearby } from '../../system/absence';
import { nginxTextsOf } from '../../system/nginx-text';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { containersOf, podSpecOf, WORKLOAD_KINDS } from '../../system/pod';
import { mountFlaws } from '../../system/thread/mounted';
import { isNginx, nginxesOf } from '../../system/thread/nginx-of-pod';
import type { Rule } from '../rule';

export const ws256: Rule = {
  code: 'WS256',
  level: 'error',
  title: 'configuration that is written gets to the container',
  story:
    'Everything in the ConfigMap is right, and nginx shows its welcome page; or the pod waits for a volume that never comes.',
  why: 'A ConfigMap does nothing by itself: a volume names it, a container mounts the volume, and nginx takes in the path. One name that differs ends that chain, and only some of its ends stop the pod.',
  fix: 'Name the ConfigMap in a volume, and mount it where nginx reads: /etc/nginx/nginx.conf, or /etc/nginx/conf.d.',
  source: 'https://kubernetes.io/docs/concepts/configuration/configmap/#using-configmaps-as-files-from-a-pod',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of bundle.ofKind(...WORKLOAD_KINDS)) {
      // What other containers take is not ours to follow.
      if (!containersOf(workload).some(isNginx)) continue;
      yield* mountFlaws(bundle, workload);
      for (const { container, unread, files } of nginxesOf(bundle, workload)) {
        if (files.length > 0) continue;
        for (const { configMap, path, file } of unread) {
          yield {
            object: configMap,
            path,
            actual: `mounted in container ${container.name} as ${file}, which nginx does not read`,
            expected: '/etc/nginx/nginx.conf, or a file in /etc/nginx/conf.d',
            fix: 'mount it where nginx reads, or start nginx with -c',
          };
        }
      }
    }
    for (const { configMap, path, workload } of nginxTextsOf(bundle)) {
      if (workload !== undefined || !/\.conf(\.template)?$/.test(String(path.at(-1)))) continue;
      const bare = nearby(bundle, configMap).find((one) =>
        containersOf(one).some((container) => isNginx(container) && isBare(one, container.value)),
      );
      if (bare === undefined) continue;
      yield {
        object: configMap,
        path,
        actual: `no container mounts it, and the nginx of ${bare.kind} ${bare.metadata.name} has no configuration but its image’s`,
        expected: 'a container that mounts it',
        fix: `add a volume of ConfigMap ${configMap.metadata.name} to ${bare.kind} ${bare.metadata.name}, and mount it in its nginx`,
      };
    }
  },
};

/** Has a container nothing of its own where nginx reads? */
function isBare(workload: Parameters<typeof podSpecOf>[0], value: Readonly<Record<string, unknown>>): boolean {
  const volumes = listOf(podSpecOf(workload).volumes).map(mappingOf);
  return !listOf(value.volumeMounts)
    .map(mappingOf)
    .some(({ name, mountPath }) => {
      const volume = volumes.find((one) => one.name === name);
      return volume?.emptyDir === undefined || (textOf(mountPath) ?? '').startsWith('/etc/nginx');
    });
}
