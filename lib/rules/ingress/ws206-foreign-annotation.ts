import { annotationsOf } from '../../manifest/annotation';
import { type Controller, controllerOf, isGkeIngress } from '../../system/entrance';
import type { Rule } from '../rule';

const OWNERS: readonly (readonly [prefix: string, owner: string, reads: (controller: Controller) => boolean])[] = [
  ['nginx.ingress.kubernetes.io/', 'ingress-nginx', (controller) => controller === 'ingress-nginx'],
  ['nginx.org/', 'the controller of NGINX Inc.', () => false],
  ['alb.ingress.kubernetes.io/', 'the AWS Load Balancer Controller', (controller) => controller === 'aws-alb'],
  ['haproxy.org/', 'HAProxy', () => false],
  ['networking.gke.io/', 'GKE', isGkeIngress],
];

export const ws206: Rule = {
  code: 'WS206',
  level: 'error',
  title: 'an Ingress carries annotations of its own controller only',
  story:
    'Timeouts and stickiness look configured and are not: every connection ends after 30 seconds, and polls land on the wrong pod.',
  why: 'A controller ignores annotations of another one without a word.',
  fix: 'Remove the annotation and say the same in the words of the controller that takes this Ingress.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go',
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const controller = controllerOf(bundle, ingress);
      if (controller === 'other') continue;
      for (const [name] of annotationsOf(ingress)) {
        const owner = OWNERS.find(([prefix]) => name.startsWith(prefix));
        if (owner === undefined || owner[2](controller)) continue;
        const path = ['metadata', 'annotations', name];
        yield {
          object: ingress,
          path,
          actual: `an annotation of ${owner[1]} on an Ingress that ${NAMES[controller] ?? controller} takes`,
          expected: `annotations of ${NAMES[controller] ?? controller} only`,
          fix: `remove it${WORDS[name.split('/')[1] ?? ''] === undefined || !isGkeIngress(controller) ? '' : `; on GKE this is ${WORDS[name.split('/')[1] ?? '']}`}`,
          edits: [{ path }],
        };
      }
    }
  },
};

const NAMES: Readonly<Record<string, string>> = {
  gce: 'GKE',
  'gce-internal': 'GKE',
  'ingress-nginx': 'ingress-nginx',
  'aws-alb': 'the AWS Load Balancer Controller',
};

/** What the most common foreign annotations are called on GKE. */
const WORDS: Readonly<Record<string, string>> = {
  'proxy-read-timeout': 'spec.timeoutSec of the BackendConfig, the whole life of a connection',
  'proxy-send-timeout': 'spec.timeoutSec of the BackendConfig, the whole life of a connection',
  affinity: 'spec.sessionAffinity of the BackendConfig',
  'ssl-redirect': 'redirectToHttps of the FrontendConfig',
  'force-ssl-redirect': 'redirectToHttps of the FrontendConfig',
  'websocket-services': 'nothing: upgrades need no switch',
};
