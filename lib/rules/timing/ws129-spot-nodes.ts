import { serversOf } from '../../system/evidence';
import { observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { POD_SPEC, podSpecOf } from '../../system/pod';
import { LEAST_STOP_SECONDS } from '../../timing/fixed';
import { spotPlaceOf } from '../../timing/spot-nodes';
import { brokenBy } from '../patterns/broken';
import type { Rule } from '../rule';

export const ws129: Rule = {
  code: 'WS129',
  level: 'warning',
  title: 'preStop and drain fit into what a node that is taken back leaves its pods',
  story:
    'The cloud takes a Spot node back, and everybody on it is cut off at once, in the middle of a drain that works in every rollout.',
  why: 'A node that shuts down cuts the grace period of its pods to what is left of the notice. preStop uses it up, and the application hears of it when there is no time.',
  fix: 'Give these pods a shorter preStop and drain (deriveTiming({ nodeShutdown })), or keep them off such nodes.',
  source: 'https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#graceful-node-shutdown',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const { timing } = observe(bundle, workload);
      const place = spotPlaceOf(podSpecOf(workload));
      if (place === undefined) continue;
      // Who says what the nodes leave knows them better.
      const seconds = timing.nodeShutdownSeconds ?? place.nodes.seconds;
      const broken = brokenBy('node-shutdown-holds-drain', { ...timing, nodeShutdownSeconds: seconds });
      if (broken === undefined) continue;
      yield {
        object: workload,
        path: [...POD_SPEC, ...place.path],
        actual: `${place.nodes.label}=${place.nodes.value}, and preStop ${timing.preStopSeconds} s + drain ${timing.drainSeconds} s`,
        expected: `preStop and drain within the ${seconds} s that such a node leaves a pod`,
        because: broken.sentence,
        fix: `shorten preStop and drain to ${seconds - LEAST_STOP_SECONDS} s together, or keep the pods off these nodes`,
      };
    }
  },
};
