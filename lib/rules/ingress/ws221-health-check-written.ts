import type { Bundle } from '../../manifest/bundle';
import { listOf, mappingOf, numberOf, textOf, valueAt } from '../../manifest/field';
import { blockOf, servedConfigs } from '../../system/backend-config';
import { checkedServices } from '../../system/checked-services';
import type { Entrance } from '../../system/entrance';
import { servedEntrances } from '../../system/evidence';
import { ENTRANCE_KINDS, HEALTH_CHECK_KINDS, platformOf } from '../../system/platforms/all';
import { ALB_ANNOTATIONS, ALB_PREFIX } from '../../system/platforms/aws-alb';
import { GATEWAY_POLICIES } from '../../system/platforms/gke-gateway';
import { probesOf } from '../../system/probe';
import type { Rule } from '../rule';

export const ws221: Rule = {
  code: 'WS221',
  level: 'warning',
  title: 'the balancer is told which path says that a pod is healthy',
  story:
    'The balancer asks "/", gets a redirect or a 404, and takes every pod out of rotation: 502 for everybody, while all probes are green.',
  why: 'GKE copies the path of the readiness probe only when the health check is first made, and only from a plain httpGet on the declared port that the Service targets; later edits are not picked up. Its Gateway and AWS’ controller copy nothing.',
  fix: 'Write the path into the BackendConfig, a HealthCheckPolicy or healthcheck-path.',
  source: 'https://github.com/kubernetes/ingress-gce/issues/317',
  kinds: [...ENTRANCE_KINDS, ...HEALTH_CHECK_KINDS],
  *check(bundle) {
    for (const { config, entrances } of servedConfigs(bundle)) {
      if (blockOf(config, 'healthCheck').requestPath !== undefined) continue;
      const derived = entrances.map(derivedPath).find((path) => path !== undefined);
      yield {
        object: config,
        path: ['spec', 'healthCheck', 'requestPath'],
        actual:
          derived === undefined
            ? 'not written, and no readiness probe that GKE could copy, so "/"'
            : `not written; copied from the readiness probe ("${derived}") once`,
        expected: 'a path that answers 200 itself',
        fix:
          derived === undefined
            ? 'write requestPath: the path of its own health check'
            : `write requestPath: ${derived}`,
        ...(derived === undefined ? {} : { edits: [{ path: ['spec', 'healthCheck', 'requestPath'], value: derived }] }),
      };
    }
    for (const { checks, entrance } of unasked(bundle)) {
      const derived = derivedPath(entrance);
      yield {
        object: checks === 'a HealthCheckPolicy' ? entrance.service : entrance.route,
        path: checks === 'a HealthCheckPolicy' ? ['metadata', 'name'] : ['metadata', 'annotations', ALB_PATH],
        actual: `nothing says so, and no probe is copied here, so "/"`,
        expected: checks,
        fix: `add ${checks} with ${derived === undefined ? 'the path of its own health check' : `the path ${derived}`}`,
        // Pages are what "/" is for on AWS, and 200 is what they answer.
        ...(checks === ALB_PATH ? { level: 'info' } : {}),
      };
    }
  },
};

const ALB_PATH = `${ALB_PREFIX}healthcheck-path`;

/** The ways of balancers that copy nothing from probes, for which no health check is written. */
function unasked(bundle: Bundle): readonly { readonly checks: string; readonly entrance: Entrance }[] {
  const ways = servedEntrances(bundle);
  const checked = checkedServices(bundle, ways);
  return ways.flatMap((entrance) => {
    const dialect = platformOf(entrance.controller)?.dialect;
    const checks =
      dialect === GATEWAY_POLICIES ? 'a HealthCheckPolicy' : dialect === ALB_ANNOTATIONS ? ALB_PATH : undefined;
    const written = checked.some(({ services }) => services.includes(entrance));
    const tcp = bundle
      .ofKind('HealthCheckPolicy')
      .some((policy) => valueAt(policy, ['spec', 'targetRef', 'name']) === entrance.service.metadata.name);
    // A way without its pods is a part of the whole.
    return checks === undefined || written || tcp || entrance.workloads.length === 0 ? [] : [{ checks, entrance }];
  });
}

/** The path that the controller would copy: from a probe it takes for simple, on the port that the Service sends to. */
function derivedPath({ port, workloads }: Entrance): string | undefined {
  const target = port?.value.targetPort ?? port?.value.port;
  for (const workload of workloads) {
    for (const probe of probesOf(workload)) {
      if (probe.name !== 'readinessProbe' || probe.httpPath === undefined) continue;
      const declared = listOf(probe.container.value.ports).map(mappingOf);
      const serving = declared.find(
        ({ name, containerPort }) => name === target || numberOf(containerPort) === numberOf(target),
      );
      const http = mappingOf(mappingOf(probe.container.value.readinessProbe).httpGet);
      const asked = declared.find(
        ({ name, containerPort }) => name === http.port || numberOf(containerPort) === numberOf(http.port),
      );
      const simple = textOf(http.host) === undefined && listOf(http.httpHeaders).length === 0;
      if (simple && serving !== undefined && serving === asked) return probe.httpPath;
    }
  }
  return undefined;
}
