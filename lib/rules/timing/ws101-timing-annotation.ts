import { annotationOf } from '../../manifest/annotation';
import { serversOf } from '../../system/evidence';
import { TIMING, timingProblem } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws101: Rule = {
  code: 'WS101',
  level: 'error',
  title: 'the timing that a workload carries can be read',
  story:
    'Every check after this one falls back to guesses. A timeout that was derived for a slow heartbeat is then judged by a fast one.',
  why: `The annotation ${TIMING} holds every derived duration as JSON; tools read it instead of the program that made the manifests.`,
  fix: 'Synthesize the manifests again, or remove the annotation.',
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const text = annotationOf(workload, TIMING);
      const problem = text === undefined ? undefined : timingProblem(text);
      if (problem === undefined) continue;
      yield {
        object: workload,
        path: ['metadata', 'annotations', TIMING],
        actual: `the annotation ${problem}`,
        expected: 'JSON with every duration of the timing in seconds',
        fix: 'synthesize the manifests again, or remove the annotation so that the environment of the container counts',
      };
    }
  },
};
