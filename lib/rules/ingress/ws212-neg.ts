import { annotationOf } from '../../manifest/annotation';
import { jsonMapping } from '../../system/backend-binding';
import { gkeEntrancesOf } from '../../system/backend-config';
import { evidenceAt, isServed } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

const NEG = 'cloud.google.com/neg';

export const ws212: Rule = {
  code: 'WS212',
  level: 'error',
  title: 'a Service behind a GKE Ingress reaches its pods through network endpoint groups',
  story:
    'The Ingress does not sync; or it does, and affinity picks a node while any pod behind it answers: "Session ID unknown".',
  why: 'A ClusterIP Service without the annotation is refused outside clusters that add it by themselves. With node ports the balancer binds clients to nodes, and kube-proxy picks the pod.',
  fix: `Annotate the Service with ${NEG}: '{"ingress": true}'.`,
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const entrance of gkeEntrancesOf(bundle)) {
      const { service } = entrance;
      const text = annotationOf(service, NEG);
      const value = text === undefined ? undefined : jsonMapping(text);
      if (value?.ingress === true || value?.exposed_ports !== undefined) continue;
      // A cluster that is native to its VPC adds the annotation by itself; what is written there it leaves alone.
      if (text === undefined && !isServed(evidenceAt(bundle, entrance))) continue;
      const path = ['metadata', 'annotations', NEG];
      yield {
        object: service,
        path,
        actual: text === undefined ? 'no such annotation; VPC-native clusters add it, others do not' : `'${text}'`,
        ...(text === undefined ? { level: 'info' } : {}),
        expected: '\'{"ingress": true}\'',
        fix: `annotate the Service with ${NEG}: '{"ingress": true}'`,
        suggestions: [{ path, value: '{"ingress":true}' }],
      };
    }
  },
};
