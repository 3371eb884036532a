import { type Problems, shown } from '../lib/input/problems';
import { kubeconfigFiles, type Target, targetOf } from '../lib/pulumi';
import type { StackConfig } from './pulumi-config';

type ClusterConfig = Pick<StackConfig, 'kubeconfig' | 'kubeContext' | 'project'>;

/**
 * The cluster that a stack is deployed to. Notes what would let Pulumi find none.
 */
export function readTarget(problems: Problems, config: ClusterConfig): Target | undefined {
  const { kubeconfig, kubeContext } = config;
  const target = targetOf(kubeContext, kubeconfig);
  if (target === undefined && kubeconfig !== undefined)
    // What it is may be somebody's password.
    problems.add(
      'kubernetes:kubeconfig',
      'is not the text of a kubeconfig, which is YAML with contexts and clusters; run: pulumi config set --secret kubernetes:kubeconfig < <file>',
    );
  else if (target === undefined)
    problems.add(
      'kubernetes:context',
      `${shown(kubeContext)} is set, and there is no kubeconfig that could say where that is: ${kubeconfigFiles()
        .map(({ file, wrong }) => `${file} ${wrong}`)
        .join(
          ', ',
        )}; ${writing(config)}, or: export KUBECONFIG=<file>, or: pulumi config set --secret kubernetes:kubeconfig < <file>`,
    );
  else if (target.server === undefined) notNamed(problems, config, target);
  return target;
}

function notNamed(problems: Problems, config: ClusterConfig, { context, contexts }: Target): void {
  const there = contexts.join(', ') || 'none';
  if (context === undefined)
    problems.add(
      'kubernetes:kubeconfig',
      `has no current-context; run: pulumi config set kubernetes:context <context> (there are ${there})`,
    );
  else if (contexts.includes(context))
    problems.add(
      'kubernetes:context',
      `${shown(context)} is in the kubeconfig, and the cluster that it names has no server there; run: kubectl config set-cluster <cluster> --server=https://<address>`,
    );
  else
    problems.add(
      'kubernetes:context',
      `${shown(context)} is not in the kubeconfig; run: pulumi config set kubernetes:context <context> (there are ${there}), ` +
        `or ${writing(config)}`,
    );
}

function writing({ project }: ClusterConfig): string {
  return `let gcloud write it: gcloud container clusters get-credentials <cluster> --region=<region> --project=${project ?? '<project>'}`;
}
