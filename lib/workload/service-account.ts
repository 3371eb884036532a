import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';

/** An account of its own without rights and without a token: nothing to steal, and nothing shared with other workloads. */
export function powerlessAccount(scope: Construct, name: string, labels: Readonly<Record<string, string>>): ApiObject {
  return kubeObject(
    scope,
    'ServiceAccount',
    k8s.KubeServiceAccount.manifest({
      metadata: { name, labels: { ...labels } },
      automountServiceAccountToken: false,
    }),
  );
}
