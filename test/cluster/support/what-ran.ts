import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buildSync, transformSync } from 'esbuild';
import type { Manifest } from '../../../lib/manifest';
import { ROOT } from '../machine/folder';
import { manifestsOf, PROPORTIONS, SHORT } from './systems';

/** What was measured, as two hashes: of what pods are told, and of what runs in them. */
export interface WhatRan {
  /** The workloads and the configurations of nginx that the constructs write for the measured systems. */
  readonly manifests: string;
  /** The chat backend with `holdfast/server`, without comments and layout. */
  readonly application: string;
}

/** What of an object decides when a pod does what, who reaches it, and how many there are: a label, a policy or a dashboard changes no second. */
function deciding({ kind, spec, ...object }: Manifest): unknown {
  const { data } = object as { readonly data?: unknown };
  if (kind === 'StatefulSet' || kind === 'Deployment') return { kind, spec, ...object };
  if (['Service', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'].includes(kind)) return { kind, spec };
  const isNginx = kind === 'ConfigMap' && typeof data === 'object' && data !== null && 'nginx.conf' in data;
  return isNginx ? { kind, ...object } : undefined;
}

/** Of this checkout. A comment, a renamed variable or another file layout leaves it as it is. */
export function whatRan(): WhatRan {
  const systems = [SHORT, PROPORTIONS].flatMap((timing) =>
    (['pod', 'workload'] as const).flatMap((per) =>
      manifestsOf({
        namespace: 'measured',
        timing,
        server: {
          name: 'measured',
          replicas: 3,
          storage: {
            per,
            accessMode: per === 'pod' ? 'ReadWriteOnce' : 'ReadWriteMany',
            mountPath: '/data',
            size: '1Gi',
          },
        },
      }),
    ),
  );
  const autoscaling = { minReplicas: 2, maxReplicas: 4, connectionsPerPod: 10 };
  const scaled = manifestsOf({ namespace: 'measured', server: { name: 'measured', autoscaling } });
  const bundle = buildSync({
    entryPoints: [join(__dirname, 'application.ts'), join(ROOT, 'test', 'live', 'servers', 'mixed.ts')],
    outdir: 'unused',
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    write: false,
    logLevel: 'error',
  });
  // Made short after it was put together: the names that are chosen for what is left must not depend on code that nothing here runs.
  const short = ({ text }: { readonly text: string }) => transformSync(text, { minify: true, format: 'cjs' }).code;
  return {
    manifests: hashOf(JSON.stringify([...systems, ...scaled].map(deciding).filter(Boolean))),
    application: hashOf(bundle.outputFiles.map(short).join('\n')),
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
