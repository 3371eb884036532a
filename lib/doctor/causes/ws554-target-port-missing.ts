import { valueAt } from '../../manifest/field';
import { declaredPorts } from '../facts/inside/objects';
import { View } from '../facts/view';
import { ofService } from '../fix/mending';
import type { Cause } from './cause';

export const ws554: Cause = {
  code: 'WS554',
  title: 'the Service sends to a port that its pods do not have',
  story: 'Every request ends in 502 or 503, while all pods are ready.',
  why: 'The targetPort is the name or number of a port that no container has: nobody listens there, or there is no endpoint at all.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  shows: {
    'target-port-missing': 'must',
    'pod-address-refuses': 'likely',
    'bad-gateway': 'likely',
    'endpoints-missing': 'may',
    unavailable: 'may',
    'no-answer': 'may',
  },
  separates: [
    { from: 'WS515', by: 'target-port-missing' },
    { from: 'WS516', by: 'target-port-missing' },
  ],
  fix: ['Let targetPort name the port of the container that takes connections.'],
  runbook: [
    'kubectl get svc NAME -o jsonpath={.spec.ports}',
    "kubectl get pod -l app=NAME -o jsonpath='{.items[0].spec.containers[*].ports}'",
  ],
  mend: ({ live, recording }) => {
    const { service, workload, port } = live;
    if (workload === undefined || port === undefined) return undefined;
    const view = new View(recording.asked, recording.evidence);
    const answering = view.hops
      .filter((hop) => view.at(hop).firsts.some(({ good }) => good))
      .map((hop) => Number(/:(\d+)/.exec(hop)?.[1]));
    const declared = declaredPorts(workload);
    const answers = declared.find((one) => answering.includes(one));
    const only = declared.length === 1 ? declared[0] : undefined;
    const path = ['spec', 'ports', port.index, 'targetPort'];
    const why = answers === undefined ? 'it is the only port of the pods' : 'it answers handshakes inside the pods';
    return ofService(live, { path, from: valueAt(service, path), to: answers ?? only }, why, [
      'target-port-missing',
      'endpoints-missing',
    ]);
  },
};
