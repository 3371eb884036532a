import { carriedTiming } from '../../system/heartbeat';
import { POD_SPEC } from '../../system/pod';
import { DEFAULT_GRACE_SECONDS } from '../../timing/fixed';
import { graceOf } from '../facts/pods';
import { ofTemplate } from '../fix/mending';
import type { Cause } from './cause';
import { POD_DROPS } from './pod-drops';

export const ws525: Cause = {
  code: 'WS525',
  title: 'a pod is killed because it does not end in time',
  story: 'In every rollout the last clients of a pod drop out at one moment.',
  why: 'Drain and hooks together last longer than terminationGracePeriodSeconds; then comes SIGKILL.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
  shows: {
    ...POD_DROPS,
    'killed-at-grace': 'must',
  },
  separates: [{ from: 'WS524', by: 'killed-at-grace' }],
  fix: ['Let the grace period hold preStop, drain, shutdown and a margin (holdfast check WS105).'],
  runbook: ['kubectl get events | grep -i -E "ExceededGracePeriod|Killing"'],
  mend: ({ live }) => {
    const { workload } = live;
    if (workload === undefined) return undefined;
    const path = [...POD_SPEC, 'terminationGracePeriodSeconds'];
    const from = graceOf(workload);
    const derived = carriedTiming(workload)?.terminationGracePeriodSeconds ?? 0;
    const why =
      derived > from ? 'its timing says so' : 'twice as long; how long its drain takes is not written anywhere';
    return ofTemplate(live, path, derived > from ? derived : from * 2, why, { absent: DEFAULT_GRACE_SECONDS });
  },
};
